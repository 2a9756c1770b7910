import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManagementClient } from '../clients/management.client.js';
import { ManagementToken } from '../clients/management.token.js';
import { LogtoDiscovery } from '../discovery/logto.discovery.js';
import { configFor, json, LogtoDouble } from '../testing/logto.double.js';
import { ConsentedClaims } from './consented.claims.js';

const USER = '/api/users/alice1';
const GRANTS = `${USER}/grants`;
const ROLES = `${USER}/roles`;
const question = { subject: 'alice1', clientId: 'app', issuedAt: 100 };
const user = {
  id: 'alice1',
  username: 'alice',
  name: 'Alice',
  avatar: null,
  primaryEmail: 'alice@example.com',
  customData: { seats: [1] },
  profile: {},
  isSuspended: false,
};
const grant = (iat: number, scope?: string) => ({
  id: `g${iat}`,
  payload: { kind: 'Grant', iat, exp: iat + 1_209_600, clientId: 'app', ...(scope && { openid: { scope } }) },
});

describe('the claims a user consented to', () => {
  let logto: LogtoDouble;
  let claims: ConsentedClaims;
  let later: number;
  const create = async (options: Parameters<typeof configFor>[1]) => {
    const config = configFor(logto.origin, { timeoutMs: 1000, ...options });
    const discovery = new LogtoDiscovery(config);
    await discovery.refresh();
    return new ConsentedClaims(new ManagementClient(config, new ManagementToken(config, discovery)));
  };
  const grants = (...list: readonly unknown[]) => logto.on(GRANTS, json(200, { grants: list }));

  beforeEach(async () => {
    later = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
    logto = await LogtoDouble.start();
    logto
      .discovery()
      .on('/oidc/token', json(200, { access_token: 'm2m', expires_in: 3600 }))
      .on(USER, json(200, user));
    grants(grant(10, 'openid profile email'));
    claims = await create({ management: true });
  });
  afterEach(async () => {
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('are asked for anew while a narrower consent of the same second may still arrive', async () => {
    const issuedAt = Math.floor(Date.now() / 1000);
    grants(grant(issuedAt, 'openid email'));
    await expect(claims.of({ ...question, issuedAt })).resolves.toHaveProperty('email');
    grants(grant(issuedAt, 'openid email'), grant(issuedAt, 'openid'));
    await expect(claims.of({ ...question, issuedAt })).resolves.toEqual({ sub: 'alice1' });
  });

  it("are never another user's, whatever Logto answers", async () => {
    logto.on(USER, json(200, { ...user, id: 'mallory1' }));
    await expect(claims.of(question)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('are those of the newest grant', async () => {
    grants(grant(10, 'openid profile email'), grant(20, 'openid email'));
    await expect(claims.of(question)).resolves.toEqual({
      sub: 'alice1',
      email: 'alice@example.com',
      email_verified: true,
    });
    expect(logto.hits(ROLES)).toBe(0);
  });

  it.each([
    ['nothing was granted', []],
    ['the newest grant is about an API only', [grant(10, 'openid email'), grant(20)]],
  ])('are sub alone when %s', async (_case, list) => {
    grants(...list);
    await expect(claims.of(question)).resolves.toEqual({ sub: 'alice1' });
  });

  it('contain the roles when those were granted', async () => {
    grants(grant(10, 'openid roles'));
    logto.on(ROLES, json(200, [{ id: 'r1', name: 'mcp-user' }]));
    await expect(claims.of(question)).resolves.toEqual({ sub: 'alice1', roles: ['mcp-user'] });
  });

  it.each([
    ['suspended', json(200, { ...user, isSuspended: true })],
    ['gone', json(404, { code: 'entity.not_found' })],
  ])('are refused when the user is %s', async (_case, answer) => {
    logto.on(USER, answer);
    await expect(claims.of(question)).rejects.toMatchObject({
      name: 'TokenRejectedError',
      code: 'invalid_token',
    });
  });

  it('are unavailable, not empty, when Logto does not list the grants', async () => {
    logto.on(GRANTS, json(500, {}));
    await expect(claims.of(question)).rejects.toMatchObject({ code: 'logto_unavailable' });
  });

  it('are asked for once by many, and again after a minute', async () => {
    await Promise.all(Array.from({ length: 50 }, () => claims.of(question)));
    later = 59_000;
    await pause(5);
    await claims.of(question);
    expect(logto.hits(GRANTS)).toBe(1);
    later = 61_000;
    await pause(5);
    await claims.of(question);
    expect(logto.hits(GRANTS)).toBe(2);
  });

  it.each([
    ['user', { subject: 'bob2' }],
    ['client', { clientId: 'other' }],
    ['token time', { issuedAt: 15 }],
  ])('are kept apart by %s', async (_case, change) => {
    logto.on('/api/users/bob2', json(200, { ...user, id: 'bob2' }));
    logto.on('/api/users/bob2/grants', json(200, { grants: [] }));
    grants(grant(10, 'openid'), grant(20, 'openid email'));
    const first = await claims.of(question);
    await expect(claims.of({ ...question, ...change })).resolves.not.toEqual(first);
  });

  it('are asked for again after a failure', async () => {
    logto.on(USER, json(500, {}));
    await expect(claims.of(question)).rejects.toMatchObject({ code: 'logto_unavailable' });
    logto.on(USER, json(200, user));
    await expect(claims.of(question)).resolves.toMatchObject({ name: 'Alice' });
  });

  it('are not changed for others by one who changes his', async () => {
    grants(grant(10, 'openid custom_data'));
    const mine = await claims.of(question);
    Object.assign(mine?.['custom_data'] ?? {}, { seats: [] });
    await expect(claims.of(question)).resolves.toEqual({ sub: 'alice1', custom_data: { seats: [1] } });
  });

  it('are not known without credentials', async () => {
    const without = await create({});
    expect(without.available).toBe(false);
    await expect(without.of(question)).resolves.toBeUndefined();
  });
});
