import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { type Answer, configFor, hang, html, json, LogtoDouble } from '../testing/logto.double.js';
import { ManagementClient } from './management.client.js';
import { ManagementToken } from './management.token.js';

const TOKEN = '/oidc/token';
const USER = '/api/users/u_alice0000001';
const alice = { id: 'u_alice0000001', username: 'alice', name: 'Alice', isSuspended: false };

describe('the Management API', () => {
  let logto: LogtoDouble;
  let management: ManagementClient;
  let tokens: number;
  let later: number;
  const bearersOf = (path: string) =>
    logto.seen.filter((request) => request.path === path).map(({ headers }) => headers.authorization);

  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    later = 0;
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + later);
    tokens = 0;
    logto = await LogtoDouble.start();
    logto
      .discovery()
      .on(TOKEN, (request, response) => {
        tokens += 1;
        json(200, { access_token: `token${tokens}`, expires_in: 3600, token_type: 'Bearer' })(
          request,
          response,
        );
      })
      .on(USER, json(200, alice));
    const config = configFor(logto.origin, { timeoutMs: 1000, management: true });
    const discovery = new LogtoDiscovery(config);
    await discovery.refresh();
    management = new ManagementClient(config, new ManagementToken(config, discovery));
  });
  afterEach(async () => {
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('is asked with a token for its indicator', async () => {
    await expect(management.user(alice.id)).resolves.toMatchObject(alice);
    const request = logto.seen.find(({ path }) => path === TOKEN);
    expect(request?.headers.authorization).toMatch(/^Basic /);
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      resource: 'https://default.logto.app/api',
      scope: 'all',
    });
    expect(bearersOf(USER)).toEqual(['Bearer token1']);
  });

  it('is asked with one token by all who ask, until a minute before it expires', async () => {
    await Promise.all(Array.from({ length: 20 }, () => management.user(alice.id)));
    later = (3600 - 61) * 1000;
    await management.user(alice.id);
    expect(tokens).toBe(1);
    later = (3600 - 59) * 1000;
    await management.user(alice.id);
    expect(tokens).toBe(2);
    expect(bearersOf(USER).at(-1)).toBe('Bearer token2');
  });

  it('is asked once more with a new token when it refuses the old one', async () => {
    logto.on(USER, (request, response) =>
      request.headers.authorization === 'Bearer token1'
        ? json(401, { code: 'auth.unauthorized' })(request, response)
        : json(200, alice)(request, response),
    );
    await expect(management.user(alice.id)).resolves.toMatchObject(alice);
    expect(bearersOf(USER)).toEqual(['Bearer token1', 'Bearer token2']);
  });

  it('is not asked a third time', async () => {
    logto.on(USER, json(401, { code: 'auth.unauthorized' }));
    await expect(management.user(alice.id)).rejects.toMatchObject({ reason: 'credentials_refused' });
    expect(bearersOf(USER)).toHaveLength(2);
  });

  it('knows no user of a deleted id', async () => {
    logto.on(USER, json(404, { code: 'entity.not_found' }));
    await expect(management.user(alice.id)).resolves.toBeUndefined();
  });

  it.each(['..', '../applications', 'a/b', 'a?b', '%2e%2e', '', 'x'.repeat(129)])(
    'is never asked about %j, which is no id of a user',
    async (id) => {
      const before = logto.seen.length;
      await expect(management.user(id)).resolves.toBeUndefined();
      await expect(management.grants(id)).resolves.toEqual([]);
      expect(logto.seen).toHaveLength(before);
    },
  );

  it('lists grants and roles', async () => {
    const grant = {
      id: 'g1',
      payload: { iat: 5, clientId: 'app', openid: { scope: 'openid' } },
      expiresAt: 9,
    };
    logto.on(`${USER}/grants`, json(200, { grants: [grant] }));
    logto.on(`${USER}/roles`, json(200, [{ id: 'r1', name: 'mcp-user' }]));
    await expect(management.grants(alice.id)).resolves.toEqual([grant]);
    await expect(management.roles(alice.id)).resolves.toEqual([{ id: 'r1', name: 'mcp-user' }]);
  });

  it.each<readonly [string, Answer, string]>([
    ['silence', hang, 'timeout'],
    ['500', json(500, {}), 'server_error'],
    ['429', json(429, {}), 'rate_limited'],
    ['HTML', html(), 'not_json'],
    [
      'a user who may be suspended or not',
      json(200, { ...alice, isSuspended: undefined }),
      'unexpected_answer',
    ],
    ['403, for want of a role', json(403, { code: 'auth.forbidden' }), 'credentials_refused'],
  ])('is unavailable after %s', async (_case, answer, reason) => {
    logto.on(USER, answer);
    await expect(management.user(alice.id)).rejects.toMatchObject({ code: 'logto_unavailable', reason });
  });

  it.each([
    [401, 'invalid_client', 'LOGTO_MANAGEMENT_CLIENT_ID, LOGTO_MANAGEMENT_CLIENT_SECRET'],
    [400, 'invalid_target', 'LOGTO_MANAGEMENT_RESOURCE'],
  ])('names the wrong variables when the token request ends in %i %s', async (status, error, variables) => {
    logto.on(TOKEN, json(status, { error }));
    await expect(management.user(alice.id)).rejects.toMatchObject({ reason: 'credentials_refused' });
    expect(vi.mocked(Logger.prototype.error).mock.calls).toEqual([
      [{ event: 'logto.credentials_refused', reason: error, variables }],
    ]);
  });

  it('does not hold on to a failure', async () => {
    logto.on(TOKEN, json(500, {}));
    await expect(management.user(alice.id)).rejects.toMatchObject({ reason: 'server_error' });
    logto.on(TOKEN, json(200, { access_token: 'good', expires_in: 3600 }));
    await expect(management.user(alice.id)).resolves.toMatchObject(alice);
  });
});
