import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import {
  type Answer,
  configFor,
  discoveryDocument,
  flood,
  hang,
  html,
  json,
  LogtoDouble,
  redirect,
} from '../testing/logto.double.js';
import { UserinfoClient } from './userinfo.client.js';

const ME = '/oidc/me';
const TOKEN = 'Zk3nXo0pQ-opaque_token.of~43+characters/x==';

const challenge = (rest = ''): Record<string, string> => ({
  'www-authenticate': `Bearer realm="http://localhost:3001/oidc"${rest}`,
});
const logtoError = (error: string, more: Readonly<Record<string, string>> = {}) => ({
  code: `oidc.${error}`,
  message: 'Words of Logto.',
  error,
  error_description: 'words of Logto',
  ...more,
});

describe('userinfo', () => {
  let logto: LogtoDouble;
  let userinfo: UserinfoClient;
  const answering = (answer: Answer) => {
    logto.on(ME, answer);
    return userinfo.fetch(TOKEN);
  };

  beforeEach(async () => {
    logto = await LogtoDouble.start();
    logto.discovery();
    const config = configFor(logto.origin, { timeoutMs: 1000 });
    const discovery = new LogtoDiscovery(config);
    await discovery.refresh();
    userinfo = new UserinfoClient(config, discovery);
  });
  afterEach(() => logto.stop());

  it('hands over what Logto says, extra claims included', async () => {
    const alice = {
      sub: '5i1mxxwne3b4',
      name: 'Alice Example',
      zoneinfo: 'Europe/Berlin',
      updated_at: 1795419798537,
      username: 'alice',
      email: 'alice@example.com',
      email_verified: true,
      custom_data: { seat: 7 },
      roles: ['mcp-user'],
    };
    await expect(answering(json(200, alice))).resolves.toEqual(alice);
  });

  it('keeps the nulls of a person without a name and an address', async () => {
    const bob = {
      sub: 'liz1mijo1j85',
      name: null,
      preferred_username: 'bob',
      picture: null,
      username: 'bob',
      email: null,
      email_verified: false,
      phone_number: null,
    };
    await expect(answering(json(200, bob))).resolves.toEqual(bob);
  });

  it('sends the token in the header alone, and nothing of the caller', async () => {
    await answering(json(200, { sub: 'u' }));
    const [, request] = logto.seen;
    expect(request).toMatchObject({ method: 'GET', path: ME, headers: { authorization: `Bearer ${TOKEN}` } });
    expect(request?.headers).not.toHaveProperty('origin');
  });

  it.each([
    ['invalid_token', '401 with an OAuth error', json(401, logtoError('invalid_token'), challenge())],
    ['invalid_token', '400 for a deleted application', json(400, logtoError('invalid_client'))],
    ['invalid_token', '400 for an account that is gone', json(400, logtoError('invalid_grant'))],
    ['invalid_token', '400 invalid_request', json(400, logtoError('invalid_request'))],
    ['invalid_token', '200 without sub', json(200, { name: 'Nobody' })],
    ['invalid_token', '200 with an empty sub', json(200, { sub: '' })],
    ['invalid_token', '200 with a number for sub', json(200, { sub: 7 })],
    ['invalid_token', '200 with an endless sub', json(200, { sub: 'x'.repeat(10_000) })],
    [
      'insufficient_scope',
      '403',
      json(403, logtoError('insufficient_scope', { scope: 'openid' }), challenge()),
    ],
  ])('rejects the token as %s on %s', async (code, _case, answer) => {
    const error = await answering(answer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TokenRejectedError', code });
    expect(String(error)).not.toContain('Logto');
    expect(String(error)).not.toContain(TOKEN);
  });

  it('names the scope that was missing', async () => {
    const answer = json(403, logtoError('insufficient_scope', { scope: 'openid' }));
    await expect(answering(answer)).rejects.toMatchObject({ scope: 'openid' });
    await expect(answering(json(403, logtoError('insufficient_scope')))).rejects.toMatchObject({
      scope: 'openid',
    });
  });

  it.each<readonly [string, Answer, string]>([
    ['silence', hang, 'timeout'],
    ['429', json(429, { code: 'too_many' }), 'rate_limited'],
    ['500', json(500, logtoError('server_error')), 'server_error'],
    ['HTML with 200', html(), 'not_json'],
    ['an HTML page with 401', html(401), 'unexpected_answer'],
    ['an HTML page with 403', html(403), 'unexpected_answer'],
    ['an HTML page with 400', html(400), 'unexpected_answer'],
    ["a gateway's 401 in JSON", json(401, { error: 'unauthorized' }, challenge()), 'unexpected_answer'],
    ["a gateway's 403 in JSON", json(403, { error: 'forbidden' }), 'unexpected_answer'],
    ["a gateway's 403 for want of a role", json(403, { error: 'access_denied' }), 'unexpected_answer'],
    ["a gateway's 400 in JSON", json(400, { error: 'Bad Request' }), 'unexpected_answer'],
    [
      '401 with a challenge and nothing else',
      (_, response) => void response.writeHead(401, challenge(', error="invalid_token"')).end(),
      'unexpected_answer',
    ],
    ['a missing scope as 401', json(401, logtoError('insufficient_scope')), 'unexpected_answer'],
    ['a bad token as 403', json(403, logtoError('invalid_token')), 'unexpected_answer'],
    ['404', json(404, {}), 'unexpected_answer'],
    ['a list', json(200, []), 'unexpected_answer'],
    ['a string', json(200, 'u1'), 'unexpected_answer'],
    ['a name that is a number', json(200, { sub: 'u1', name: 7 }), 'unexpected_answer'],
    ['a redirect', redirect('http://127.0.0.1:9/'), 'redirect'],
    ['65 kB of claims', json(200, { sub: 'u1', custom_data: 'x'.repeat(65 * 1024) }), 'too_large'],
    ['400 MB', flood().answer, 'too_large'],
  ])('[row 49] [row 99] says nothing about the token after %s', async (_case, answer, reason) => {
    await expect(answering(answer)).rejects.toMatchObject({ code: 'logto_unavailable', reason });
  });

  it.each(['a b', 'a\r\nx-evil: 1', 'tökén', '', 'a,b', 'x\0'])(
    'never sends %j, which is no token, and never repeats it',
    async (token) => {
      const error = await userinfo.fetch(token).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid_token', message: 'The access token is malformed' });
      expect(logto.hits(ME)).toBe(0);
    },
  );

  it('is unavailable until Logto was found', async () => {
    const config = configFor(logto.origin);
    const client = new UserinfoClient(config, new LogtoDiscovery(config));
    await expect(client.fetch(TOKEN)).rejects.toMatchObject({ reason: 'not_yet_known' });
  });

  it('asks at the back channel when the document names the public origin', async () => {
    const issuer = 'https://auth.example.com/oidc';
    logto.discovery({ ...discoveryDocument('https://auth.example.com'), issuer });
    logto.on(ME, json(200, { sub: 'u1' }));
    const config = configFor('https://auth.example.com', { internalEndpoint: logto.origin });
    const discovery = new LogtoDiscovery(config);
    await discovery.refresh();
    await expect(new UserinfoClient(config, discovery).fetch(TOKEN)).resolves.toEqual({ sub: 'u1' });
  });
});
