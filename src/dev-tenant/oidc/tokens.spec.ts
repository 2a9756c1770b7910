import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { authorizationUrl, authorize, obtainTokens, postForm, redeem } from '../scripted.app.js';
import { basic, management, managementToken, MCP, me, spa, tenantOf } from '../testing/tenant.fixture.js';

const resources = [{ indicator: MCP, scopes: ['mcp:read', 'mcp:write'], accessTokenTtl: 600 }];

const noRedirect = (url: string) => fetch(url, { redirect: 'manual' });

const answerOf = (response: Response) => new URL(response.headers.get('location') ?? '').searchParams;

describe('access tokens', () => {
  it('are opaque, 43 characters long, without a resource', async () => {
    const { issuer } = await tenantOf({ resources });
    const tokens = await obtainTokens(issuer);
    expect(tokens.access_token).toMatch(/^[\w-]{43}$/);
    expect(tokens).toMatchObject({ expires_in: 3600, scope: 'openid profile email', token_type: 'Bearer' });
    expect(tokens).not.toHaveProperty('refresh_token');
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
    const { payload } = await jwtVerify(tokens.id_token ?? '', keys, { issuer, audience: 'smartmail-ai' });
    expect(payload).toMatchObject({ sub: 'alice0000001', email: 'alice@example.com' });
  });

  it('are ES384 at+jwt bound to the resource when both requests name it', async () => {
    const { issuer } = await tenantOf({ resources });
    const tokens = await obtainTokens(issuer, { resource: MCP, scope: 'openid profile email mcp:read' });
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: MCP,
    });
    expect(protectedHeader).toEqual({ alg: 'ES384', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      jti: expect.any(String),
      sub: 'alice0000001',
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 600,
      scope: 'mcp:read',
      client_id: 'smartmail-ai',
      iss: issuer,
      aud: MCP,
    });
    expect((await me(issuer, tokens.access_token)).status).toBe(401);
  });

  it('carry an empty scope when the API allows nothing', async () => {
    const { issuer } = await tenantOf({ resources: [{ indicator: MCP }] });
    const tokens = await obtainTokens(issuer, { resource: MCP, scope: 'openid profile email mcp:read' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: MCP, scope: '' });
    expect(tokens.scope).toBe('');
  });

  it('carry only API scopes that the user holds and the third-party app may ask for', async () => {
    const [app] = [{ ...spa, resourceScopes: ['mcp:read'] }];
    const reader = {
      id: 'carol',
      username: 'carol',
      password: 'x',
      roles: [{ name: 'r', scopes: ['mcp:write'] }],
    };
    const writer = { ...reader, id: 'dave', username: 'dave', roles: [{ name: 'w' }] };
    const nobody = { ...reader, id: 'erin', username: 'erin', roles: [] };
    const { issuer } = await tenantOf({ resources, applications: [app], users: [reader, writer, nobody] });
    const scopeOf = async (username: string) => {
      const tokens = await obtainTokens(issuer, {
        clientId: app.id,
        redirectUri: 'http://127.0.0.1:8765/callback',
        resource: MCP,
        scope: 'openid mcp:read mcp:write',
        user: { username, password: 'x' },
      });
      return decodeJwt(tokens.access_token).scope;
    };
    expect([await scopeOf('carol'), await scopeOf('dave'), await scopeOf('erin')]).toEqual([
      '',
      'mcp:read',
      '',
    ]);
  });

  it('stay opaque when only the authorization request names the resource', async () => {
    const { issuer } = await tenantOf({ resources });
    const tokens = await obtainTokens(issuer, { resource: MCP, tokenResource: null });
    expect(tokens.access_token).toMatch(/^[\w-]{43}$/);
    expect((await me(issuer, tokens.access_token)).status).toBe(200);
  });

  it('are refused with invalid_target when only the token request names the resource', async () => {
    const { issuer } = await tenantOf({ resources });
    const response = await redeem(issuer, await authorize(issuer, { tokenResource: MCP }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'oidc.invalid_target', error: 'invalid_target' });
  });

  it('follow the resource of each refresh, not of the first request', async () => {
    const { issuer } = await tenantOf({ resources });
    const first = await obtainTokens(issuer, {
      resource: MCP,
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    const refresh = async (token: string | undefined, resource?: string) => {
      const form = { grant_type: 'refresh_token', client_id: 'smartmail-ai', refresh_token: token, resource };
      const response = await postForm(`${issuer}/token`, form);
      return (await response.json()) as { access_token: string; refresh_token: string };
    };
    const opaque = await refresh(first.refresh_token);
    const jwt = await refresh(opaque.refresh_token, MCP);
    expect(opaque.access_token).toMatch(/^[\w-]{43}$/);
    expect(decodeProtectedHeader(jwt.access_token).typ).toBe('at+jwt');
    // Rotation leaves a few seconds in which the old one still works.
    expect((await refresh(first.refresh_token)).access_token).toMatch(/^[\w-]{43}$/);
  });

  it('die when their code is replayed', async () => {
    const { issuer } = await tenantOf();
    const authorization = await authorize(issuer);
    const { access_token: token } = (await (await redeem(issuer, authorization)).json()) as {
      access_token: string;
    };
    expect((await me(issuer, token)).status).toBe(200);
    const replay = await redeem(issuer, authorization);
    expect(replay.status).toBe(400);
    expect(await replay.json()).toMatchObject({ code: 'oidc.invalid_grant', error: 'invalid_grant' });
    expect((await me(issuer, token)).status).toBe(401);
  });

  it('of the management app come from client_credentials for the Management API only', async () => {
    const { issuer } = await tenantOf({ management, resources });
    const granted = (await (await managementToken(issuer)).json()) as { access_token: string };
    expect(granted).toMatchObject({ scope: 'all', expires_in: 3600 });
    expect(decodeJwt(granted.access_token)).toMatchObject({
      sub: management.clientId,
      aud: management.resource,
      scope: 'all',
    });
    const other = await managementToken(issuer, 'https://other.logto.app/api');
    expect([other.status, await other.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_target' }),
    ]);
    const form = { grant_type: 'client_credentials', resource: management.resource, scope: 'all' };
    const wrong = await postForm(`${issuer}/token`, form, basic(management.clientId, 'wrong'));
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
  });
});

describe('the authorization endpoint', () => {
  const refusal = async (request: Parameters<typeof authorizationUrl>[1], change = (url: string) => url) => {
    const { issuer } = await tenantOf({ resources, applications: [spa, ...seeds] });
    return noRedirect(change(authorizationUrl(issuer, request, 'v'.repeat(43))));
  };
  const seeds = [
    { ...spa, id: 'smartmail-ai', type: 'Native' as const, redirectUris: ['http://127.0.0.1/callback'] },
  ];

  it.each([`${MCP}/`, 'http://localhost:3000', 'urn:unknown'])('knows no resource %s', async (resource) => {
    const answer = answerOf(await refusal({ resource, scope: 'openid' }));
    expect(Object.fromEntries(answer)).toMatchObject({
      error: 'invalid_target',
      error_description: 'resource indicator is missing, or unknown',
      state: 'a-state',
      iss: expect.stringContaining('/oidc'),
    });
  });

  it('names the issuer in a successful answer too (RFC 9207)', async () => {
    const { issuer } = await tenantOf();
    const { answer } = await authorize(issuer);
    expect([...answer.keys()]).toEqual(['code', 'state', 'iss']);
    expect(answer.get('iss')).toBe(issuer);
  });

  it('wants PKCE with S256 from a public client', async () => {
    const without = answerOf(
      await refusal({ scope: 'openid' }, (url) => url.replace(/&code_challenge.*$/, '')),
    );
    expect(without.get('error')).toBe('invalid_request');
    const plain = answerOf(await refusal({ scope: 'openid' }, (url) => url.replace('=S256', '=plain')));
    expect(plain.get('error')).toBe('invalid_request');
  });

  it('refuses a code without its verifier', async () => {
    const { issuer } = await tenantOf();
    const authorization = await authorize(issuer);
    const response = await redeem(issuer, { ...authorization, verifier: 'w'.repeat(43) });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_grant' }),
    ]);
  });

  it('refuses a user scope outside the ceiling of a third-party app', async () => {
    const answer = answerOf(await refusal({ scope: 'openid email' }));
    expect(Object.fromEntries(answer)).toMatchObject({
      error: 'invalid_scope',
      error_description: 'requested scope is not allowed',
      scope: 'email',
    });
  });

  it('ignores an unknown scope', async () => {
    const { issuer } = await tenantOf();
    expect((await obtainTokens(issuer, { scope: 'openid foo:bar' })).scope).toBe('openid');
  });

  it.each(['smartmail-ai', 'first-party-app'])(
    'denies %s access when it asks for no scope',
    async (clientId) => {
      const { issuer } = await tenantOf();
      const { answer, pages } = await authorize(issuer, { clientId, scope: '' });
      expect(pages[0]?.kind).toBe('sign-in');
      expect(answer.get('error')).toBe('access_denied');
      expect(answer.has('error_description')).toBe(false);
    },
  );

  it('gives offline access only with prompt=consent', async () => {
    const { issuer } = await tenantOf();
    const scope = 'openid offline_access';
    const silent = await obtainTokens(issuer, { scope });
    expect(silent.scope).toBe('openid');
    expect(silent).not.toHaveProperty('refresh_token');
    const asked = await obtainTokens(issuer, { scope, prompt: 'consent' });
    expect(asked).toMatchObject({ scope, refresh_token: expect.any(String) });
  });

  it('answers login_required to prompt=none without a session', async () => {
    expect(answerOf(await refusal({ scope: 'openid', prompt: 'none' })).get('error')).toBe('login_required');
  });

  it.each([
    ['another loopback port', 'http://127.0.0.1:60999/callback', 303],
    ['another loopback name', 'http://localhost:60999/callback', 400],
    ['another path', 'http://127.0.0.1:60999/other', 400],
    ['https', 'https://127.0.0.1:60999/callback', 400],
  ])('a Native app on %s', async (_name, redirectUri, status) => {
    expect((await refusal({ redirectUri, scope: 'openid' })).status).toBe(status);
  });

  it('holds a SPA to its exact port, and says so as JSON', async () => {
    const response = await refusal({
      clientId: spa.id,
      redirectUri: 'http://127.0.0.1:8766/callback',
      scope: 'openid',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.json()).toMatchObject({
      code: 'oidc.invalid_redirect_uri',
      error: 'invalid_redirect_uri',
    });
  });

  it('shows an unknown client as JSON', async () => {
    const response = await refusal({ clientId: 'nobody', scope: 'openid' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'oidc.invalid_client', error: 'invalid_client' });
  });
});
