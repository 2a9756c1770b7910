import { describe, expect, it } from 'vitest';
import { obtainTokens, postForm } from '../scripted.app.js';
import {
  basic,
  management,
  managementClient,
  managementToken,
  MCP,
  me,
  tenantOf,
} from '../testing/tenant.fixture.js';

const bob = { username: 'bob', password: 'bob-password' };

describe('userinfo', () => {
  it('answers the granted claims, with times in milliseconds', async () => {
    const before = Date.now();
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer);
    const response = await me(issuer, token);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const claims = (await response.json()) as { updated_at: number; created_at: number };
    expect(claims).toEqual({
      sub: 'alice0000001',
      name: 'Alice Example',
      family_name: 'Example',
      given_name: 'Alice',
      nickname: 'al',
      preferred_username: 'alice',
      picture: 'https://example.com/alice.png',
      website: 'https://example.com',
      zoneinfo: 'Europe/Berlin',
      locale: 'en',
      updated_at: expect.any(Number),
      username: 'alice',
      created_at: expect.any(Number),
      email: 'alice@example.com',
      email_verified: true,
    });
    expect(claims.created_at).toBeGreaterThanOrEqual(before);
    expect(claims.updated_at).toBeGreaterThanOrEqual(claims.created_at);
  });

  it('answers null for what a user has not, and leaves out unset profile fields', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer, { user: bob });
    expect(await (await me(issuer, token)).json()).toEqual({
      sub: 'bob000000001',
      name: null,
      preferred_username: 'bob',
      picture: null,
      updated_at: expect.any(Number),
      username: 'bob',
      created_at: expect.any(Number),
      email: null,
      email_verified: false,
    });
  });

  it('answers only sub to openid alone, whatever the app may ask for', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer, { scope: 'openid' });
    expect(await (await me(issuer, token)).json()).toEqual({ sub: 'alice0000001' });
  });

  it('answers a token of any app of the tenant, in the header or in the form', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer, {
      clientId: 'first-party-app',
      scope: 'openid roles',
    });
    expect(await (await me(issuer, token)).json()).toEqual({ sub: 'alice0000001', roles: ['mcp-user'] });
    const posted = await postForm(`${issuer}/me`, { access_token: token });
    expect(posted.status).toBe(200);
  });
});

describe('userinfo refuses', () => {
  const realm = (issuer: string) => `Bearer realm="${issuer}"`;
  const invalidToken = {
    code: 'oidc.invalid_token',
    message: 'Invalid token provided.',
    error: 'invalid_token',
    error_description: 'invalid token provided',
  };

  it('no token, with the realm alone', async () => {
    const { issuer } = await tenantOf();
    const response = await fetch(`${issuer}/me`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(realm(issuer));
    expect(await response.json()).toEqual({ ...invalidToken, error_description: 'no access token provided' });
  });

  it('garbage, a JWT for an API, and one for the Management API: invalid_token', async () => {
    const { issuer } = await tenantOf({ management, resources: [{ indicator: MCP }] });
    const api = await obtainTokens(issuer, { resource: MCP });
    const machine = (await (await managementToken(issuer)).json()) as { access_token: string };
    for (const token of [
      'garbage',
      'A'.repeat(43),
      api.access_token,
      api.id_token ?? '',
      machine.access_token,
    ]) {
      const response = await me(issuer, token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(
        `${realm(issuer)}, error="invalid_token", error_description="invalid token provided"`,
      );
      expect(await response.json()).toEqual(invalidToken);
    }
  });

  it('a live token without openid: 403', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer, { scope: 'profile' });
    const response = await me(issuer, token);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe(
      `${realm(issuer)}, error="insufficient_scope", error_description="access token missing openid scope", scope="openid"`,
    );
    expect(await response.json()).toEqual({
      code: 'oidc.insufficient_scope',
      message: 'Token missing scope `openid`.',
      error: 'insufficient_scope',
      error_description: 'access token missing openid scope',
      scope: 'openid',
    });
  });

  it.each([
    ['another scheme', { headers: { authorization: 'Basic YTpi' } }, ''],
    ['two words', { headers: { authorization: 'Bearer a b' } }, ''],
    ['an empty Bearer', { headers: { authorization: 'Bearer ' } }, ''],
    ['a query parameter', {}, '?access_token=abc'],
  ])('%s: 400 invalid_request', async (_name, init, query) => {
    const { issuer } = await tenantOf();
    const response = await fetch(`${issuer}/me${query}`, init);
    expect(response.status).toBe(400);
    expect(response.headers.get('www-authenticate')).toContain(`${realm(issuer)}, error="invalid_request"`);
    expect(await response.json()).toMatchObject({ code: 'oidc.invalid_request', error: 'invalid_request' });
  });

  it('the token of a deleted app: 400 invalid_client', async () => {
    const tenant = await tenantOf({ management });
    const { access_token: token } = await obtainTokens(tenant.issuer);
    const api = await managementClient(tenant);
    expect((await api('DELETE', '/applications/smartmail-ai')).status).toBe(204);
    const response = await me(tenant.issuer, token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'oidc.invalid_client',
      error: 'invalid_client',
      error_description: 'invalid client smartmail-ai',
    });
  });

  it('a foreign Origin: 400 without a challenge', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer);
    const headers = { authorization: `Bearer ${token}`, origin: 'http://evil.example' };
    const response = await fetch(`${issuer}/me`, { headers });
    expect(response.status).toBe(400);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({
      error: 'invalid_request',
      error_description: 'origin http://evil.example not allowed for client: smartmail-ai',
    });
  });

  it('a revoked token, at once', async () => {
    const { issuer } = await tenantOf();
    const { access_token: token } = await obtainTokens(issuer);
    const revoked = await postForm(`${issuer}/token/revocation`, { token, client_id: 'smartmail-ai' });
    expect([revoked.status, await revoked.text()]).toEqual([200, '']);
    expect((await me(issuer, token)).status).toBe(401);
  });

  it('a suspended user, and goes on when the suspension ends', async () => {
    const tenant = await tenantOf({ management });
    const { access_token: token } = await obtainTokens(tenant.issuer);
    const api = await managementClient(tenant);
    const suspended = await api('PATCH', '/users/alice0000001/is-suspended', { isSuspended: true });
    expect([suspended.status, await suspended.json()]).toEqual([
      200,
      expect.objectContaining({ isSuspended: true }),
    ]);
    expect((await me(tenant.issuer, token)).status).toBe(401);
    await api('PATCH', '/users/alice0000001/is-suspended', { isSuspended: false });
    expect((await me(tenant.issuer, token)).status).toBe(401);
    const { access_token: fresh } = await obtainTokens(tenant.issuer);
    expect((await me(tenant.issuer, fresh)).status).toBe(200);
  });
});

describe('introspection', () => {
  const introspect = (issuer: string, token: string, secret = management.clientSecret) =>
    postForm(`${issuer}/token/introspection`, { token }, basic(management.clientId, secret));

  it("tells a confidential app about other apps' opaque tokens", async () => {
    const { issuer } = await tenantOf({ management });
    const { access_token: token } = await obtainTokens(issuer);
    const response = await introspect(issuer, token);
    const body = (await response.json()) as { iat: number };
    expect(body).toEqual({
      active: true,
      sub: 'alice0000001',
      client_id: 'smartmail-ai',
      exp: body.iat + 3600,
      iat: expect.any(Number),
      iss: issuer,
      scope: 'openid profile email',
      token_type: 'Bearer',
    });
  });

  it('says only that an unknown or revoked token is not active', async () => {
    const { issuer } = await tenantOf({ management });
    const { access_token: token } = await obtainTokens(issuer);
    await postForm(`${issuer}/token/revocation`, { token, client_id: 'smartmail-ai' });
    for (const dead of ['garbage', token]) {
      expect(await (await introspect(issuer, dead)).json()).toEqual({ active: false });
    }
  });

  it('does not take a JWT', async () => {
    const { issuer } = await tenantOf({ management, resources: [{ indicator: MCP }] });
    const { access_token: token } = await obtainTokens(issuer, { resource: MCP });
    const response = await introspect(issuer, token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'unsupported_token_type' });
  });

  it('refuses a wrong secret, and a public app that asks about others', async () => {
    const { issuer } = await tenantOf({ management });
    const { access_token: token } = await obtainTokens(issuer);
    const wrong = await introspect(issuer, token, 'wrong');
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
    const form = { token, client_id: 'first-party-app' };
    expect(await (await postForm(`${issuer}/token/introspection`, form)).json()).toEqual({ active: false });
  });
});
