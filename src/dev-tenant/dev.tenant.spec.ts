import { get } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEV_APPLICATIONS, DEV_USERS, startDevTenant } from './index.js';
import { tenantOf } from './testing/tenant.fixture.js';

const discovery = '/.well-known/openid-configuration';

const readWithHost = (port: string, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: `/oidc${discovery}`, headers: { host } }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

describe('startDevTenant', () => {
  it('refuses to start in production, before it listens', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void blocker.close());
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    // The port is taken: had it tried to listen, the code would be another one.
    await expect(startDevTenant({ environment: 'production', port })).rejects.toMatchObject({
      code: 'dev_tenant_in_production',
    });
    await expect(startDevTenant({ environment: 'development', port })).rejects.toMatchObject({
      code: 'dev_tenant_port_taken',
      message: expect.stringContaining('DEV_TENANT_PORT'),
    });
  });

  it('listens on the loopback interface and names itself localhost', async () => {
    const tenant = await tenantOf();
    expect(tenant.endpoint).toMatch(/^http:\/\/localhost:\d+$/);
    expect(tenant.issuer).toBe(`${tenant.endpoint}/oidc`);
    expect(tenant.users).toBe(DEV_USERS);
    expect(tenant.applications).toBe(DEV_APPLICATIONS);
    const { port } = new URL(tenant.endpoint);
    expect((await fetch(`http://127.0.0.1:${port}/oidc/jwks`)).status).toBe(200);
  });

  it('answers nothing once it is closed, and closing twice is no fault', async () => {
    const tenant = await tenantOf();
    await tenant.close();
    await tenant.close();
    await expect(fetch(`${tenant.issuer}/jwks`)).rejects.toThrow('fetch failed');
  });
});

describe('discovery', () => {
  it('serves the same document under both names below the issuer, to any origin', async () => {
    const { issuer } = await tenantOf();
    const openid = await fetch(`${issuer}${discovery}`, { headers: { origin: 'https://app.example' } });
    const oauth = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
    expect(openid.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(await oauth.text()).toBe(await openid.text());
  });

  it('advertises what Logto has and no registration', async () => {
    const { issuer } = await tenantOf();
    const document = await (await fetch(`${issuer}${discovery}`)).json();
    expect(document).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      jwks_uri: `${issuer}/jwks`,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      end_session_endpoint: `${issuer}/session/end`,
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['ES384'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(document).not.toHaveProperty('registration_endpoint');
    expect(document).not.toHaveProperty('client_id_metadata_document_supported');
  });

  it.each([
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/oidc',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/oidc',
    '/.well-known/oauth-protected-resource',
  ])('knows nothing at %s', async (path) => {
    const { endpoint } = await tenantOf();
    const response = await fetch(`${endpoint}${path}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });

  it('lets endpoint URLs follow the Host header but never the issuer', async () => {
    const { endpoint, issuer } = await tenantOf();
    const text = await readWithHost(new URL(endpoint).port, 'logto:3001');
    expect(JSON.parse(text)).toMatchObject({ issuer, token_endpoint: 'http://logto:3001/oidc/token' });
  });

  it('has no dynamic registration', async () => {
    const { issuer } = await tenantOf();
    const response = await fetch(`${issuer}/reg`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'oidc.invalid_request',
      message: 'Request is invalid.',
      error: 'invalid_request',
      error_description: 'unrecognized route or not allowed method (POST on /reg)',
    });
  });

  it('answers a preflight of any origin and header with 204', async () => {
    const { issuer } = await tenantOf();
    const headers = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, mcp-protocol-version',
    };
    for (const path of ['/me', '/token', discovery]) {
      const response = await fetch(`${issuer}${path}`, { method: 'OPTIONS', headers });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-headers')).toBe(
        'authorization, mcp-protocol-version',
      );
    }
  });
});
