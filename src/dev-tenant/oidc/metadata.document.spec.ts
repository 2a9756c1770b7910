import { describe, expect, it } from 'vitest';
import { authorizationUrl, authorize, obtainTokens } from '../scripted.app.js';
import { management, managementClient, MCP, tenantOf } from '../testing/tenant.fixture.js';

const DOCUMENT = 'https://agent.example/oauth/client.json';
const resources = [{ indicator: MCP, scopes: ['mcp:read'] }];

/** Serves this document at its address, and nothing elsewhere. */
const publishing =
  (document: unknown): typeof fetch =>
  (url) =>
    Promise.resolve(url === DOCUMENT ? Response.json(document) : new Response('', { status: 404 }));

const good = {
  client_id: DOCUMENT,
  client_name: 'Documented Agent',
  redirect_uris: ['http://127.0.0.1:8000/callback'],
  token_endpoint_auth_method: 'none',
};

async function documentTenant({ document = good as unknown, enabled = true, userScopes = ['profile'] } = {}) {
  const tenant = await tenantOf({ management, resources, fetchDocument: publishing(document) });
  const manage = await managementClient(tenant);
  if (enabled) await manage('PATCH', '/configs/cimd', { enabled });
  const { status } = await manage('POST', '/cimd/user-consent-scopes', { userScopes });
  expect(status).toBe(201);
  return { issuer: tenant.issuer, manage };
}

/** What the authorization endpoint answers instead of a sign-in page. */
async function refusal(issuer: string, clientId: string): Promise<unknown> {
  const url = authorizationUrl(issuer, { clientId, scope: 'openid' }, 'v'.repeat(43));
  const response = await fetch(url, { redirect: 'manual' });
  // Logto's error page is JSON.
  return [response.status, ((await response.json()) as { error: string }).error];
}

const metadataOf = async (issuer: string): Promise<object> =>
  Object(await (await fetch(`${issuer}/.well-known/openid-configuration`)).json());

describe('client id metadata documents', () => {
  it('are not taken until the tenant is told to, and its metadata say so', async () => {
    const { issuer, manage } = await documentTenant({ enabled: false });
    const flag = async () =>
      Object.entries(await metadataOf(issuer)).find(([name]) => name.startsWith('client_id_'));
    expect(await flag()).toBeUndefined();
    expect(await refusal(issuer, DOCUMENT)).toEqual([400, 'invalid_client']);
    expect(await (await manage('PATCH', '/configs/cimd', { enabled: true })).json()).toEqual({
      enabled: true,
    });
    expect(await (await manage('GET', '/configs/cimd')).json()).toEqual({ enabled: true });
    expect(await flag()).toEqual(['client_id_metadata_document_supported', true]);
    await manage('PATCH', '/configs/cimd', { enabled: false });
    expect(await flag()).toBeUndefined();
  });

  it('describe a client that signs people in on any loopback port, with a warning', async () => {
    const { issuer } = await documentTenant();
    const request = {
      clientId: DOCUMENT,
      redirectUri: 'http://127.0.0.1:60999/callback',
      scope: 'openid profile',
    };
    const { pages } = await authorize(issuer, request);
    expect(pages.at(-1)).toMatchObject({ title: 'Authorize Documented Agent', scopes: ['profile'] });
    const tokens = await obtainTokens(issuer, { ...request, resource: MCP });
    expect(tokens.access_token.split('.')).toHaveLength(3);
  });

  it('leave scopes to the tenant: one ceiling for all clients, API permissions included', async () => {
    const { issuer, manage } = await documentTenant();
    const request = { clientId: DOCUMENT, redirectUri: 'http://127.0.0.1:60999/callback', resource: MCP };
    const tooMuch = await authorize(issuer, { ...request, scope: 'openid email' }).catch(String);
    expect(JSON.stringify(tooMuch)).toContain('invalid_scope');
    const scope = 'openid mcp:read';
    expect((await obtainTokens(issuer, { ...request, scope })).scope).not.toContain('mcp:read');
    // The tenant's own answer, held by another spec.
    const apis = (await (await manage('GET', '/resources?includeScopes=true')).json()) as {
      scopes: { id: string; name: string }[];
    }[];
    const ids = apis.flatMap(({ scopes }) => scopes).filter(({ name }) => name === 'mcp:read');
    await manage('POST', '/cimd/user-consent-scopes', { resourceScopes: ids.map(({ id }) => id) });
    expect((await obtainTokens(issuer, { ...request, scope })).scope).toContain('mcp:read');
  });

  it.each([
    [
      'names another client id',
      { ...good, client_id: 'https://evil.example/client.json' },
      'invalid_client_metadata',
    ],
    [
      'wants a shared secret',
      { ...good, token_endpoint_auth_method: 'client_secret_basic' },
      'invalid_client_metadata',
    ],
    ['is no object', ['x'], 'invalid_client_metadata'],
    ['has no redirects', { ...good, redirect_uris: undefined }, 'invalid_redirect_uri'],
  ])('are refused when the document %s', async (_what, document, error) => {
    const { issuer } = await documentTenant({ document });
    expect(await refusal(issuer, DOCUMENT)).toEqual([400, error]);
  });

  it('must be there, and at an https address', async () => {
    const { issuer } = await documentTenant();
    for (const address of ['https://agent.example/none.json', 'http://agent.example/oauth/client.json']) {
      expect(await refusal(issuer, address)).toEqual([400, 'invalid_client']);
    }
  });
});
