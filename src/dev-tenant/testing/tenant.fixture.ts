import { onTestFinished } from 'vitest';
import { type DevTenant, startDevTenant } from '../dev.tenant.js';
import type { DevApplication, DevManagement, DevTenantOptions } from '../dev.tenant.options.js';
import { postForm } from '../scripted.app.js';

export const MCP = 'http://localhost:3000/mcp';

export const management: DevManagement = {
  clientId: 'mcp-server',
  clientSecret: 'a-management-secret',
  resource: 'https://default.logto.app/api',
};

/** A third-party web app, for what only SPAs do. */
export const spa: DevApplication = {
  id: 'web-agent',
  name: 'Web Agent',
  type: 'SPA',
  isThirdParty: true,
  redirectUris: ['http://127.0.0.1:8765/callback'],
  userScopes: ['profile'],
};

/** A tenant for one test, closed when the test ends. */
export async function tenantOf(options: DevTenantOptions = {}): Promise<DevTenant> {
  const tenant = await startDevTenant(options);
  onTestFinished(() => tenant.close());
  return tenant;
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

export const me = (issuer: string, token: string) =>
  fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } });

/** The answer to a client_credentials request of the management app. */
export const managementToken = (
  issuer: string,
  resource: string = management.resource,
  { clientId, clientSecret } = management,
) =>
  postForm(
    `${issuer}/token`,
    { grant_type: 'client_credentials', resource, scope: 'all' },
    basic(clientId, clientSecret),
  );

/** A client of the Management API, signed in. */
export async function managementClient({ issuer, endpoint }: DevTenant, app: DevManagement = management) {
  const answer = await managementToken(issuer, app.resource, app);
  // The token endpoint's answer; a missing token shows as a 401 in the test.
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return (method: string, path: string, body?: unknown) =>
    fetch(`${endpoint}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}
