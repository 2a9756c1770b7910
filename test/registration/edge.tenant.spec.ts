import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationUrl, signIn } from '../../src/dev-tenant/index.js';
import { AGENT, type Bridge, OPEN, registeredApps, startBridge } from './bridge.js';

const DOCUMENT = '/.well-known/oauth-authorization-server';
const REDIRECT = AGENT.redirect_uris[0];

interface Metadata {
  readonly scopes_supported: readonly string[];
  readonly registration_endpoint: string;
}

interface Registered {
  readonly client_id: string;
  readonly scope: string;
}

let bridge: Bridge;

beforeAll(async () => {
  bridge = await startBridge({
    env: { AUTH_SCOPES: 'openid,profile,urn:logto:scope:organizations,notes:read' },
    scopes: ['notes:read', 'notes:write'],
  });
});
afterAll(() => bridge.close());

const metadataAt = async (path: string): Promise<Metadata> =>
  // The shape that RFC 8414 gives it; a test below compares it.
  (await (await fetch(bridge.tenant.endpoint + path)).json()) as Metadata;

/** As clients do that believe a registration endpoint only on the origin of the authorization server. */
async function registerAtTheTenant(): Promise<Registered> {
  const { registration_endpoint: url } = await metadataAt(`${DOCUMENT}/oidc`);
  expect(new URL(url).origin).toBe(bridge.tenant.endpoint);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: '_session=x' },
    body: JSON.stringify(AGENT),
  });
  expect(response.status).toBe(201);
  // RFC 7591 section 3.2.1, held by other specs.
  return (await response.json()) as Registered;
}

const answerTo = async (clientId: string, scope: string) => {
  const request = { clientId, scope, redirectUri: REDIRECT };
  const { redirect } = await signIn(authorizationUrl(bridge.tenant.issuer, request, 'v'.repeat(43)), {
    username: 'alice',
    password: 'alice-password',
    decision: 'authorize',
  });
  return new URL(redirect).searchParams;
};

describe('the development tenant as its own edge', () => {
  it.each(
    ['oauth-authorization-server', 'openid-configuration'].flatMap((document) =>
      ['', '/mcp', '/sse', '/mcp/sse'].map((suffix) => `/.well-known/${document}${suffix}`),
    ),
  )('serves the same document at %s', async (path) => {
    const first = await metadataAt(`${DOCUMENT}/oidc`);
    expect(await metadataAt(path)).toEqual(first);
    const preflight = await fetch(bridge.tenant.endpoint + path, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'mcp-protocol-version' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'mcp-protocol-version',
    ]);
  });

  it.each([`${DOCUMENT}/`, `${DOCUMENT}/other`, `${DOCUMENT}/mcp/`, `${DOCUMENT}/MCP`])(
    'serves none at %s',
    async (path) => {
      expect((await fetch(bridge.tenant.endpoint + path)).status).toBe(404);
    },
  );

  it('takes registrations at its own origin and hands them to the server', async () => {
    const { client_id } = await registerAtTheTenant();
    expect((await registeredApps(bridge)).map(({ id }) => id)).toContain(client_id);
    const sentWrong = await fetch(`${bridge.tenant.endpoint}/register`, { method: 'POST', body: '{}' });
    expect([sentWrong.status, await sentWrong.json()]).toMatchObject([
      415,
      { error: 'invalid_client_metadata' },
    ]);
  });

  it('signs in a client that asks for every scope of the metadata, or of its registration', async () => {
    const { scopes_supported } = await metadataAt(DOCUMENT);
    expect(scopes_supported).toEqual([
      'openid',
      'offline_access',
      'profile',
      'urn:logto:scope:organizations',
      'notes:read',
    ]);
    const { client_id, scope } = await registerAtTheTenant();
    for (const all of [scopes_supported.join(' '), scope]) {
      const answer = await answerTo(client_id, all);
      expect([answer.get('error'), answer.has('code')]).toEqual([null, true]);
    }
    expect((await answerTo(client_id, 'openid phone')).get('error')).toBe('invalid_scope');
  });

  it('serves its own document to clients that ask nowhere else when registration is off', async () => {
    await bridge.restart({ REGISTRATION: 'off' });
    try {
      expect((await fetch(`${bridge.tenant.endpoint}${DOCUMENT}/oidc`)).status).toBe(404);
      for (const suffix of ['', '/mcp', '/sse', '/mcp/sse']) {
        const document = await metadataAt(DOCUMENT + suffix);
        expect(document).toHaveProperty('issuer', bridge.tenant.issuer);
        expect(document).not.toHaveProperty('registration_endpoint');
      }
      expect((await fetch(`${bridge.tenant.endpoint}/register`, { method: 'POST' })).status).toBe(404);
    } finally {
      await bridge.restart(OPEN);
    }
  });

  it('answers when the server is down, and goes on', async () => {
    await bridge.app.close();
    try {
      for (const method of ['POST', 'OPTIONS']) {
        expect((await fetch(`${bridge.tenant.endpoint}/register`, { method })).status).toBe(502);
      }
      expect(await metadataAt(DOCUMENT)).toHaveProperty('issuer', bridge.tenant.issuer);
    } finally {
      await bridge.restart(OPEN);
    }
  });
});
