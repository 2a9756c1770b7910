import { describe, expect, it } from 'vitest';
import { authorize, obtainTokens } from '../scripted.app.js';
import { management, managementClient, MCP, me, tenantOf } from '../testing/tenant.fixture.js';

const alice = '/users/alice0000001';

const resources = [{ indicator: MCP, scopes: ['mcp:read'] }];

interface Grants {
  readonly grants: readonly {
    readonly id: string;
    readonly expiresAt: number;
    readonly payload: {
      readonly iat: number;
      readonly exp: number;
      readonly clientId: string;
      readonly openid?: { readonly scope: string };
      readonly resources?: Readonly<Record<string, string>>;
    };
    readonly application: { readonly id: string; readonly name: string };
  }[];
}

describe('the Management API', () => {
  it('is closed without a token, with another scheme, with garbage, and with a token of another audience', async () => {
    const { endpoint, issuer } = await tenantOf({ management, resources });
    const { access_token: other } = await obtainTokens(issuer, { resource: MCP });
    const attempt = async (authorization?: string) => {
      const headers = new Headers(authorization === undefined ? [] : [['authorization', authorization]]);
      const response = await fetch(`${endpoint}/api${alice}`, { headers });
      const body = (await response.json()) as { code: string };
      return [response.status, body.code];
    };
    expect(await attempt()).toEqual([401, 'auth.authorization_header_missing']);
    expect(await attempt('Basic YTpi')).toEqual([401, 'auth.authorization_token_type_not_supported']);
    expect(await attempt('Bearer garbage')).toEqual([401, 'auth.unauthorized']);
    expect(await attempt(`Bearer ${other}`)).toEqual([401, 'auth.unauthorized']);
  });

  it('is forbidden to a token without the scope all', async () => {
    const tenant = await tenantOf({ management });
    // A user's token for the Management API never carries it.
    const { access_token: token } = await obtainTokens(tenant.issuer, { resource: management.resource });
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${tenant.endpoint}/api${alice}`, { headers });
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'auth.forbidden' }),
    ]);
  });

  it('is closed to everybody when nobody has credentials', async () => {
    const { endpoint, issuer } = await tenantOf({ resources });
    const { access_token: token } = await obtainTokens(issuer, { resource: MCP });
    const response = await fetch(`${endpoint}/api${alice}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  it('knows nothing at other paths', async () => {
    const api = await managementClient(await tenantOf({ management }));
    expect((await api('GET', '/nothing')).status).toBe(404);
  });
});

describe('users', () => {
  it('are shown with nulls, milliseconds and their profile, never with a password', async () => {
    const tenant = await tenantOf({ management });
    const api = await managementClient(tenant);
    await obtainTokens(tenant.issuer);
    expect(await (await api('GET', alice)).json()).toEqual({
      id: 'alice0000001',
      username: 'alice',
      primaryEmail: 'alice@example.com',
      primaryPhone: null,
      name: 'Alice Example',
      avatar: 'https://example.com/alice.png',
      customData: {},
      identities: {},
      lastSignInAt: expect.any(Number),
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
      profile: {
        familyName: 'Example',
        givenName: 'Alice',
        nickname: 'al',
        website: 'https://example.com',
        zoneinfo: 'Europe/Berlin',
        locale: 'en',
      },
      applicationId: 'smartmail-ai',
      cimdClientId: null,
      isSuspended: false,
      hasPassword: true,
    });
    const bob = await (await api('GET', '/users/bob000000001')).json();
    expect(bob).toMatchObject({
      name: null,
      primaryEmail: null,
      avatar: null,
      profile: {},
      lastSignInAt: null,
    });
    const nobody = await api('GET', '/users/nobody');
    expect([nobody.status, await nobody.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'entity.not_found' }),
    ]);
  });

  it('have roles', async () => {
    const api = await managementClient(await tenantOf({ management }));
    expect(await (await api('GET', `${alice}/roles`)).json()).toEqual([
      expect.objectContaining({ name: 'mcp-user' }),
    ]);
  });

  it('are suspended by a boolean only', async () => {
    const api = await managementClient(await tenantOf({ management }));
    const response = await api('PATCH', `${alice}/is-suspended`, { isSuspended: 'yes' });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'guard.invalid_input' }),
    ]);
  });
});

describe('grants', () => {
  const grantsOf = async (api: Awaited<ReturnType<typeof managementClient>>, query = '') =>
    // The shape is what these tests are about; a wrong one fails their expectations.
    (await (await api('GET', `${alice}/grants${query}`)).json()) as Grants;

  it('pile up, one for each sign-in, each with its own scopes and never merged', async () => {
    const tenant = await tenantOf({ management, resources });
    const api = await managementClient(tenant);
    await obtainTokens(tenant.issuer, { scope: 'openid profile email' });
    await obtainTokens(tenant.issuer, { scope: 'openid profile mcp:read', resource: MCP });
    await obtainTokens(tenant.issuer, { scope: 'openid' });
    await obtainTokens(tenant.issuer, { scope: 'mcp:read', resource: MCP });
    const { grants } = await grantsOf(api);
    expect(grants.map(({ payload }) => [payload.openid?.scope, payload.resources])).toEqual([
      ['openid profile email', undefined],
      ['openid profile', { [MCP]: 'mcp:read' }],
      ['openid', undefined],
      [undefined, { [MCP]: 'mcp:read' }],
    ]);
    expect(grants[0]).toMatchObject({
      id: expect.any(String),
      payload: { kind: 'Grant', clientId: 'smartmail-ai', accountId: 'alice0000001' },
      application: { id: 'smartmail-ai', name: 'SmartMail AI' },
    });
    const { iat, exp } = grants[0]?.payload ?? { iat: 0, exp: 0 };
    expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(30);
    expect(grants[0]?.expiresAt).toBe(exp * 1000);
  });

  it('of first-party apps exist too, and can be told apart', async () => {
    const tenant = await tenantOf({ management });
    const api = await managementClient(tenant);
    await obtainTokens(tenant.issuer);
    await obtainTokens(tenant.issuer, { clientId: 'first-party-app' });
    const clients = async (query: string) =>
      (await grantsOf(api, query)).grants.map((one) => one.payload.clientId);
    expect(await clients('')).toEqual(['smartmail-ai', 'first-party-app']);
    expect(await clients('?appType=thirdParty')).toEqual(['smartmail-ai']);
    expect(await clients('?appType=firstParty')).toEqual(['first-party-app']);
    expect((await api('GET', `${alice}/grants?appType=other`)).status).toBe(400);
    expect(await (await api('GET', '/users/bob000000001/grants')).json()).toEqual({ grants: [] });
  });

  it('take their tokens with them, and only theirs', async () => {
    const tenant = await tenantOf({ management });
    const api = await managementClient(tenant);
    const first = await obtainTokens(tenant.issuer);
    const second = await obtainTokens(tenant.issuer);
    const id = (await grantsOf(api)).grants[0]?.id ?? '';
    expect((await api('DELETE', `/users/bob000000001/grants/${id}`)).status).toBe(404);
    expect((await api('DELETE', `${alice}/grants/${id}`)).status).toBe(204);
    expect((await me(tenant.issuer, first.access_token)).status).toBe(401);
    expect((await me(tenant.issuer, second.access_token)).status).toBe(200);
    const again = await api('DELETE', `${alice}/grants/${id}`);
    expect([again.status, await again.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'oidc.invalid_grant' }),
    ]);
  });
});

describe('applications', () => {
  const agent = {
    name: 'New Agent',
    type: 'Native',
    description: 'an agent',
    isThirdParty: true,
    oidcClientMetadata: { redirectUris: ['http://127.0.0.1/callback'], postLogoutRedirectUris: [] },
  };

  it('are created with 200, and sign people in once they have consent scopes', async () => {
    const tenant = await tenantOf({ management, resources });
    const api = await managementClient(tenant);
    const created = await api('POST', '/applications', agent);
    expect(created.status).toBe(200);
    const app = (await created.json()) as { id: string };
    expect(app).toEqual({
      ...agent,
      tenantId: 'default',
      id: expect.stringMatching(/^\w{21}$/),
      customClientMetadata: {},
      protectedAppMetadata: null,
      customData: {},
      appLevelAccessControlEnabled: false,
      createdAt: expect.any(Number),
    });
    const path = `/applications/${app.id}/user-consent-scopes`;
    const [api1] = (await (await api('GET', '/resources?includeScopes=true')).json()) as {
      scopes: { id: string }[];
    }[];
    const added = await api('POST', path, {
      userScopes: ['profile', 'email'],
      resourceScopes: api1?.scopes.map(({ id }) => id),
    });
    expect([added.status, added.headers.get('content-type'), await added.text()]).toEqual([
      201,
      'text/plain; charset=utf-8',
      'Created',
    ]);
    expect(await (await api('GET', path)).json()).toMatchObject({
      userScopes: ['email', 'profile'],
      resourceScopes: [{ resource: { indicator: MCP }, scopes: [{ name: 'mcp:read' }] }],
    });
    const tokens = await obtainTokens(tenant.issuer, {
      clientId: app.id,
      resource: MCP,
      scope: 'openid mcp:read',
    });
    expect(tokens.scope).toBe('mcp:read');
  });

  it('may ask for nothing but openid at first', async () => {
    const tenant = await tenantOf({ management });
    const api = await managementClient(tenant);
    const { id } = (await (await api('POST', '/applications', agent)).json()) as { id: string };
    const tokens = await obtainTokens(tenant.issuer, { clientId: id, scope: 'openid' });
    expect(tokens.scope).toBe('openid');
    const { answer } = await authorize(tenant.issuer, { clientId: id, scope: 'openid profile' });
    expect(answer.get('error')).toBe('invalid_scope');
  });

  it('are read, listed, changed and deleted', async () => {
    const api = await managementClient(await tenantOf({ management }));
    const { id } = (await (await api('POST', '/applications', agent)).json()) as { id: string };
    const changed = await api('PATCH', `/applications/${id}`, { name: 'Renamed', customData: { a: 1 } });
    expect(await changed.json()).toMatchObject({ ...agent, name: 'Renamed', customData: { a: 1 } });
    const list = (await (await api('GET', '/applications')).json()) as { id: string }[];
    expect(list.map((app) => app.id)).toContain(id);
    expect(JSON.stringify(list)).not.toContain(management.clientSecret);
    expect((await api('DELETE', `/applications/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const gone = await api(method, `/applications/${id}`);
      expect([gone.status, await gone.json()]).toEqual([
        404,
        expect.objectContaining({ code: 'entity.not_exists_with_id' }),
      ]);
    }
  });

  it.each([
    ['a wildcard port', 'http://localhost:*/callback'],
    ['a wildcard host', 'http://*/cb'],
    ['no URL', 'callback'],
  ])('are refused with %s as redirect URI', async (_name, uri) => {
    const api = await managementClient(await tenantOf({ management }));
    const oidcClientMetadata = { redirectUris: [uri], postLogoutRedirectUris: [] };
    const response = await api('POST', '/applications', { ...agent, oidcClientMetadata });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'guard.invalid_input' }),
    ]);
  });

  it('cannot be third-party machines, and only third-party apps have consent scopes', async () => {
    const api = await managementClient(await tenantOf({ management }));
    const codeOf = async (response: Response) => [
      response.status,
      ((await response.json()) as { code: string }).code,
    ];
    expect(await codeOf(await api('POST', '/applications', { ...agent, type: 'MachineToMachine' }))).toEqual([
      400,
      'application.invalid_third_party_application_type',
    ]);
    const scopes = (id: string, body: unknown) =>
      api('POST', `/applications/${id}/user-consent-scopes`, body);
    expect(await codeOf(await scopes('first-party-app', { userScopes: ['email'] }))).toEqual([
      422,
      'application.third_party_application_only',
    ]);
    expect(await codeOf(await scopes('smartmail-ai', { resourceScopes: ['unknown'] }))).toEqual([
      422,
      'application.user_consent_scopes_not_found',
    ]);
    expect(await codeOf(await scopes('smartmail-ai', { userScopes: ['toString'] }))).toEqual([
      400,
      'guard.invalid_input',
    ]);
  });

  it('answers a body that is no JSON object with 400', async () => {
    const api = await managementClient(await tenantOf({ management }));
    const response = await api('POST', '/applications', 'a string');
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'guard.invalid_input' }),
    ]);
  });
});
