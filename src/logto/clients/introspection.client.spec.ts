import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { type Answer, configFor, hang, html, json, LogtoDouble } from '../testing/logto.double.js';
import { IntrospectionClient } from './introspection.client.js';

const INTROSPECTION = '/oidc/token/introspection';
const ACTIVE = {
  active: true,
  sub: '5i1mxxwne3b4',
  client_id: 'nf79zilj14syt1pmxhf88',
  exp: 1795423754,
  iat: 1795420154,
  scope: 'openid profile email',
  token_type: 'Bearer',
};

describe('introspection', () => {
  let logto: LogtoDouble;
  const clientWith = async (options: Parameters<typeof configFor>[1]) => {
    const config = configFor(logto.origin, { timeoutMs: 1000, ...options });
    const discovery = new LogtoDiscovery(config);
    await discovery.refresh();
    return new IntrospectionClient(config, discovery);
  };
  const answering = async (answer: Answer) => {
    logto.on(INTROSPECTION, answer);
    return (await clientWith({ management: true })).introspect('opaque');
  };

  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    logto = await LogtoDouble.start();
    logto.discovery();
  });
  afterEach(async () => {
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('tells whose an active token is', async () => {
    await expect(answering(json(200, ACTIVE))).resolves.toEqual(ACTIVE);
  });

  it('takes a missing scope for none', async () => {
    await expect(answering(json(200, { ...ACTIVE, scope: undefined }))).resolves.toMatchObject({ scope: '' });
  });

  it('tells nothing about an inactive one', async () => {
    await expect(answering(json(200, { active: false }))).resolves.toBeUndefined();
  });

  it('asks with the credentials of the machine-to-machine app, the token in the form', async () => {
    await answering(json(200, ACTIVE));
    const request = logto.seen.at(-1);
    const basic = Buffer.from('m2m:sec%3Aret%2F%2B+%25').toString('base64');
    expect(request).toMatchObject({ method: 'POST', headers: { authorization: `Basic ${basic}` } });
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      token: 'opaque',
      token_type_hint: 'access_token',
    });
  });

  it.each<readonly [string, Answer]>([
    ['is of a kind that has none', json(400, { error: 'unsupported_token_type' })],
    ['is active but names no user', json(200, { ...ACTIVE, sub: undefined })],
    ['is active but names no client', json(200, { ...ACTIVE, client_id: undefined })],
    ['is active but never expires', json(200, { ...ACTIVE, exp: undefined })],
  ])('rejects a token that %s', async (_case, answer) => {
    await expect(answering(answer)).rejects.toMatchObject({
      name: 'TokenRejectedError',
      code: 'invalid_token',
    });
  });

  it('never sends what is no token', async () => {
    const client = await clientWith({ management: true });
    await expect(client.introspect('a b')).rejects.toMatchObject({ code: 'invalid_token' });
    expect(logto.hits(INTROSPECTION)).toBe(0);
  });

  it('blames our credentials, not the token, and names the variables to look at', async () => {
    const refused = answering(json(401, { error: 'invalid_client' }));
    await expect(refused).rejects.toMatchObject({ code: 'logto_unavailable', reason: 'credentials_refused' });
    const lines = vi.mocked(Logger.prototype.error).mock.calls;
    expect(lines).toEqual([
      [
        {
          event: 'logto.credentials_refused',
          reason: 'invalid_client',
          variables: 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_CLIENT_SECRET',
        },
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('sec:ret');
  });

  it.each<readonly [string, Answer, string]>([
    ['silence', hang, 'timeout'],
    ['500', json(500, {}), 'server_error'],
    ['429', json(429, {}), 'rate_limited'],
    ['HTML', html(), 'not_json'],
    ['an answer without active', json(200, { sub: 'u1' }), 'unexpected_answer'],
    ['active in quotes', json(200, { ...ACTIVE, active: 'true' }), 'unexpected_answer'],
    ['400 invalid_request', json(400, { error: 'invalid_request' }), 'unexpected_answer'],
  ])('says nothing about the token after %s', async (_case, answer, reason) => {
    await expect(answering(answer)).rejects.toMatchObject({ code: 'logto_unavailable', reason });
  });

  it('is available only with credentials', async () => {
    expect((await clientWith({ management: true })).available).toBe(true);
    const without = await clientWith({});
    expect(without.available).toBe(false);
    await expect(without.introspect('opaque')).rejects.toMatchObject({ reason: 'no_credentials' });
  });
});
