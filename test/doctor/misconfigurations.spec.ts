import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { managementClient } from '../../src/dev-tenant/testing/tenant.fixture.js';
import type { Diagnosis } from '../../src/doctor/index.js';
import { type Answer, type Bend, startBentProxy } from '../support/bent.proxy.js';
import { freePort } from '../support/free.port.js';
import {
  DISCOVERY,
  type DoctorStack,
  html,
  MANAGEMENT,
  PAGE,
  startDoctorStack,
  withHeaders,
  withJson,
} from './doctor.stack.js';

const METADATA = '/.well-known/oauth-protected-resource';
const INSERTED = '/.well-known/oauth-authorization-server/oidc';
const dead: Bend = () => undefined;
const notFound: Answer = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };

/** Bends answers to paths that begin so, and lets the rest pass. */
const at =
  (path: string, change: (answer: Answer) => Answer): Bend =>
  async (request, pass) =>
    request.path.startsWith(path) ? change(await pass()) : pass();

let stack: DoctorStack;
beforeAll(async () => {
  stack = await startDoctorStack();
});
afterEach(() => stack.heal());
afterAll(() => stack.close());

/** What the doctor calls it: every problem once, and then every notice. */
const named = ({ findings }: Diagnosis) => [
  ...new Set(findings.filter((one) => one.severity === 'problem').map(({ code }) => code)),
  ...findings.filter((one) => one.severity === 'notice').map(({ code }) => `(${code})`),
];
const examine = async (argv: readonly string[] = [], token?: string) =>
  named(await stack.examine({ argv, ...(token !== undefined && { token }) }));

it('is silent about a healthy stack, with all three of its endpoints', async () => {
  const diagnosis = await stack.examine({ env: { MCP_SSE: 'true' } });
  expect(named(diagnosis)).toEqual([]);
  expect(diagnosis.healthy).toBe(true);
  expect(diagnosis.steps.filter(({ result }) => result !== 'ok')).toEqual([
    { step: 'token', result: 'skipped' },
  ]);
});

describe('the doctor names the cause when the challenge', () => {
  const challenge = (change: (header: string) => string): Bend =>
    at('/mcp', (answer) =>
      withHeaders(answer, { 'www-authenticate': change(answer.headers['www-authenticate'] ?? '') }),
    );

  it('lacks resource_metadata', async () => {
    stack.server.bend = challenge(() => 'Bearer scope="openid"');
    expect(await examine()).toEqual(['challenge_without_metadata']);
  });

  it('has a relative resource_metadata', async () => {
    stack.server.bend = challenge(() => `Bearer resource_metadata="${METADATA}/mcp"`);
    expect(await examine()).toEqual(['challenge_relative']);
  });

  it('is none, because a proxy asks for a password', async () => {
    stack.server.bend = challenge(() => 'Basic realm="staging"');
    expect(await examine()).toEqual(['challenge_missing']);
  });

  it('never comes, because the endpoint is somewhere else', async () => {
    stack.server.bend = at('/mcp', () => notFound);
    expect(await examine()).toEqual(['endpoint_missing', 'preflight_refused']);
  });

  it('never comes, because a redirect adds a slash', async () => {
    stack.server.bend = at('/mcp', () => ({ status: 308, headers: { location: '/mcp/' }, body: '' }));
    expect(await examine()).toEqual(['endpoint_redirects', 'preflight_refused']);
  });

  it('never comes, because nobody listens', async () => {
    const url = `http://localhost:${await freePort()}/mcp`;
    expect(named(await stack.examineUrl(url))).toEqual(['server_unreachable']);
  });
});

describe('the doctor names the cause when the metadata', () => {
  it('is behind the sign-in', async () => {
    stack.server.bend = at(METADATA, () => ({ status: 401, headers: {}, body: '' }));
    expect(await examine()).toEqual(['metadata_guarded']);
  });

  it('is not at the place of the path, because of a global prefix', async () => {
    stack.server.bend = at(METADATA, () => notFound);
    expect(await examine()).toEqual(['metadata_missing']);
  });

  it('is not at the root, where only old clients look', async () => {
    stack.server.bend = async ({ path }, pass) => (path === METADATA ? notFound : pass());
    expect(await examine()).toEqual(['(metadata_missing_at_root)']);
  });

  it('is a page of a web application', async () => {
    stack.server.bend = at(METADATA, () => html);
    expect(await examine()).toEqual(['metadata_not_json']);
  });

  it('names another origin, because PUBLIC_URL is not what agents use', async () => {
    const outside = await startBentProxy(stack.server.origin);
    try {
      const diagnosis = await stack.examineUrl(`${outside.origin}/mcp`);
      expect(named(diagnosis)).toEqual(['challenge_elsewhere', 'metadata_resource_host']);
      expect(diagnosis.findings[1]?.details).toMatchObject({
        found: `${stack.server.origin}/mcp`,
        expected: `${outside.origin}/mcp`,
      });
    } finally {
      await outside.close();
    }
  });

  it('names the resource with a slash at its end', async () => {
    const resource = `${stack.server.origin}/mcp/`;
    stack.server.bend = at(METADATA, (answer) => withJson(answer, { resource }));
    expect(await examine()).toEqual(['metadata_resource_slash']);
  });

  it('names the resource with http, behind a proxy with TLS', async () => {
    const resource = `${stack.server.origin.replace('http:', 'https:')}/mcp`;
    stack.server.bend = at(METADATA, (answer) => withJson(answer, { resource }));
    expect(await examine()).toEqual(['metadata_resource_scheme']);
  });

  it('of /sse names /mcp', async () => {
    const resource = `${stack.server.origin}/mcp`;
    stack.server.bend = at(`${METADATA}/sse`, (answer) => withJson(answer, { resource }));
    const diagnosis = await stack.examine({ env: { MCP_SSE: 'true' } });
    expect(named(diagnosis)).toEqual(['metadata_resource_endpoint']);
    expect(diagnosis.findings[0]?.details['expected']).toBe(`${stack.server.origin}/sse`);
  });

  it('names another issuer than the configuration', async () => {
    const servers = { authorization_servers: [stack.tenant.issuer] };
    stack.server.bend = at(METADATA, (answer) => withJson(answer, servers));
    expect(await examine()).toEqual(['metadata_other_issuer', '(registration_none)']);
  });

  it('names no issuer', async () => {
    stack.server.bend = at(METADATA, (answer) => withJson(answer, { authorization_servers: [] }));
    expect(await examine()).toEqual(['metadata_without_issuer']);
  });

  it('has lost its CORS headers', async () => {
    stack.server.bend = at(METADATA, (answer) => withHeaders(answer, { 'access-control-allow-origin': '' }));
    expect(await examine()).toEqual(['metadata_cors']);
  });
});

describe('the doctor names the cause when Logto', () => {
  const discovery = (change: Readonly<Record<string, unknown>>): Bend =>
    at(DISCOVERY, (answer) => withJson(answer, change));

  it('calls itself something else', async () => {
    stack.logto.bend = discovery({ issuer: 'https://auth.example/oidc' });
    expect(await examine()).toEqual(['issuer_mismatch']);
  });

  it('calls itself the same with a slash at the end', async () => {
    stack.logto.bend = discovery({ issuer: `${stack.logto.origin}/oidc/` });
    expect(await examine()).toEqual(['issuer_slash']);
  });

  it('is another one by its internal name', async () => {
    stack.inside.bend = discovery({ issuer: 'https://other.example/oidc' });
    expect(await examine()).toEqual(['issuer_inside']);
  });

  it('is reached by browsers and not by the server', async () => {
    stack.inside.bend = dead;
    expect(await examine()).toEqual(['logto_unreachable_inside']);
  });

  it('is reached by nobody', async () => {
    stack.inside.bend = dead;
    stack.logto.bend = dead;
    expect(await examine()).toEqual(['logto_unreachable']);
  });

  it('is reached by the server and not from here, as inside a container', async () => {
    stack.logto.bend = dead;
    expect(await examine()).toEqual(['(logto_not_from_here)']);
  });

  it('answers with a web page', async () => {
    stack.logto.bend = at(DISCOVERY, () => html);
    expect(await examine()).toEqual(['logto_not_json']);
  });

  it('answers with a web page where clients look first', async () => {
    stack.logto.bend = at(INSERTED, () => html);
    expect(await examine()).toEqual(['logto_not_json']);
  });

  it('names endpoints by its internal host', async () => {
    const internal = stack.tenant.endpoint.replace('localhost', '127.0.0.1');
    stack.logto.bend = discovery({
      authorization_endpoint: `${internal}/oidc/auth`,
      token_endpoint: `${internal}/oidc/token`,
    });
    expect(await examine()).toEqual(['endpoints_elsewhere']);
  });

  it('has an issuer with http on another machine', async () => {
    const { port } = new URL(stack.logto.origin);
    // An address that is no loopback address by name, and leads to this machine.
    const open = `http://0.0.0.0:${port}`;
    stack.logto.bend = at(DISCOVERY, (answer) => ({
      ...answer,
      body: answer.body.replaceAll(stack.logto.origin, open),
    }));
    const servers = { authorization_servers: [`${open}/oidc`] };
    stack.server.bend = at(METADATA, (answer) => withJson(answer, servers));
    expect(named(await stack.examineUrl(`${stack.server.origin}/mcp`))).toEqual(['issuer_http']);
  });

  it('does not offer PKCE', async () => {
    stack.logto.bend = discovery({ code_challenge_methods_supported: undefined });
    expect(await examine()).toEqual(['pkce_missing']);
  });

  it('does not announce the iss parameter', async () => {
    stack.logto.bend = discovery({ authorization_response_iss_parameter_supported: undefined });
    expect(await examine()).toEqual(['iss_missing']);
  });

  it('has lost its CORS headers', async () => {
    stack.logto.bend = at(DISCOVERY, (answer) => withHeaders(answer, { 'access-control-allow-origin': '' }));
    expect(await examine()).toEqual(['discovery_cors']);
  });

  it('has another time', async () => {
    stack.logto.bend = at(DISCOVERY, (answer) =>
      withHeaders(answer, { date: new Date(Date.now() + 600_000).toUTCString() }),
    );
    const diagnosis = await stack.examine();
    expect(named(diagnosis)).toEqual(['clock_skew']);
    expect(diagnosis.findings[0]?.details['ahead']).toBe('Logto');
  });
});

describe('the doctor names the cause when an agent', () => {
  const metadata = () => ({
    issuer: `${stack.logto.origin}/oidc`,
    registration_endpoint: `${stack.server.origin}/oauth/register`,
  });
  const serve = (document: object): Bend =>
    at(INSERTED, () => ({
      status: 200,
      headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
      body: JSON.stringify(document),
    }));

  it('cannot get a client id: neither metadata documents nor registration', async () => {
    stack.logto.bend = at(DISCOVERY, (answer) =>
      withJson(answer, { client_id_metadata_document_supported: undefined }),
    );
    const diagnosis = await stack.examine();
    expect(named(diagnosis)).toEqual(['(registration_none)']);
    // Whoever registers his agents by hand needs neither.
    expect(diagnosis.healthy).toBe(true);
  });

  it('finds a registration document of another issuer', async () => {
    stack.logto.bend = serve({ ...metadata(), issuer: stack.server.origin });
    expect(await examine()).toEqual(['registration_issuer']);
  });

  it('finds a registration endpoint where nobody answers', async () => {
    const registration_endpoint = `http://localhost:${await freePort()}/register`;
    stack.logto.bend = serve({ ...metadata(), registration_endpoint });
    expect(await examine()).toEqual(['registration_dead']);
  });

  it('has a metadata document, and Logto takes no client without a secret', async () => {
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    stack.logto.bend = at(DISCOVERY, (answer) => withJson(answer, methods));
    expect(await examine()).toEqual(['cimd_no_public_clients']);
  });

  it('is unknown to Logto', async () => {
    const argv = ['--client', 'nobody', '--redirect', 'http://127.0.0.1/callback'];
    expect(await examine(argv)).toEqual(['app_unknown']);
  });

  it('comes back to where it may not', async () => {
    const argv = ['--client', 'smartmail-ai', '--redirect', 'https://agent.example/callback'];
    expect(await examine(argv)).toEqual(['app_redirect']);
  });

  it('may not ask for the user data that the server names', async () => {
    const api = await managementClient(stack.tenant, MANAGEMENT);
    const redirect = 'http://127.0.0.1/callback';
    const created = await api('POST', '/applications', {
      name: 'New agent',
      type: 'Native',
      isThirdParty: true,
      oidcClientMetadata: { redirectUris: [redirect], postLogoutRedirectUris: [] },
    });
    const { id } = (await created.json()) as { id: string };
    expect(await examine(['--client', id, '--redirect', redirect])).toEqual(['app_scope']);
    await api('DELETE', `/applications/${id}`);
  });

  it('is a web page of an origin that the server refuses', async () => {
    expect(await examine(['--origin', 'https://other.example'])).toEqual(['origin_refused']);
  });

  it('is a web page whose preflight a proxy does not know', async () => {
    stack.server.bend = (request, pass) => (request.method === 'OPTIONS' ? notFound : pass());
    expect(await examine(['--origin', PAGE])).toEqual(['preflight_refused']);
  });

  it('is a web page that cannot read the challenge', async () => {
    stack.server.bend = at('/mcp', (answer) => withHeaders(answer, { 'access-control-expose-headers': '' }));
    expect(await examine()).toEqual(['challenge_hidden']);
  });
});

describe('the doctor names the cause when the API resource', () => {
  /** Replaces the resource of /mcp in the tenant itself, and puts it back. */
  async function withResource(indicator: string | undefined, look: () => Promise<void>) {
    const api = await managementClient(stack.tenant, MANAGEMENT);
    const right = `${stack.server.origin}/mcp`;
    const remove = async (unwanted: string) => {
      const all = (await (await api('GET', '/resources')).json()) as { id: string; indicator: string }[];
      await api('DELETE', `/resources/${all.find((one) => one.indicator === unwanted)?.id}`);
    };
    await remove(right);
    if (indicator !== undefined) await api('POST', '/resources', { name: 'MCP', indicator });
    try {
      await look();
    } finally {
      if (indicator !== undefined) await remove(indicator);
      await api('POST', '/resources', { name: 'MCP', indicator: right });
    }
  }

  it('is not registered', () =>
    withResource(undefined, async () => {
      expect(await examine()).toEqual(['resource_unknown']);
    }));

  it('is not registered, to somebody who has only the URL and an app', () =>
    withResource(undefined, async () => {
      const argv = ['--client', 'smartmail-ai', '--redirect', 'http://127.0.0.1/callback'];
      expect(named(await stack.examineUrl(`${stack.server.origin}/mcp`, argv))).toEqual(['resource_unknown']);
    }));

  it('is registered with a slash at its end', () =>
    withResource(`${stack.server.origin}/mcp/`, async () => {
      expect(await examine()).toEqual(['resource_slash']);
    }));

  it('is registered under another name of this machine', () =>
    withResource(`${stack.server.origin.replace('localhost', '127.0.0.1')}/mcp`, async () => {
      expect(await examine()).toEqual(['resource_similar']);
    }));

  it('cannot be looked up, because the secret is wrong', async () => {
    const diagnosis = await stack.examine({ env: { LOGTO_MANAGEMENT_CLIENT_SECRET: 'wrong' } });
    expect(named(diagnosis)).toEqual(['tenant_refused']);
  });
});

describe('the doctor names the cause when the token', () => {
  const now = Math.floor(Date.now() / 1000);
  const token = (claims: Readonly<Record<string, unknown>>, typ = 'at+jwt') =>
    new SignJWT({
      iss: `${stack.logto.origin}/oidc`,
      aud: `${stack.server.origin}/mcp`,
      client_id: 'smartmail-ai',
      sub: 'alice0000001',
      iat: now - 60,
      exp: now + 3600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', typ })
      .sign(new Uint8Array(32));

  it.each([
    ['has expired', { exp: now - 4000 }, 'token_expired'],
    ['is not valid yet', { iat: now + 4000 }, 'token_early'],
    ['is for another resource', { aud: 'https://api.example' }, 'token_audience'],
    ['is for /sse', { aud: '/sse' }, 'token_audience_endpoint'],
    ['is for the endpoint with a slash', { aud: '/mcp/' }, 'token_audience_slash'],
    ['is of another issuer', { iss: 'https://other.example/oidc' }, 'token_issuer'],
    ['is good but for its signature', {}, 'token_refused'],
  ])('%s', async (_title, claims, code) => {
    const { aud, ...others } = { aud: '/mcp', ...claims };
    const audience = aud.startsWith('/') ? stack.server.origin + aud : aud;
    expect(await examine([], await token({ ...others, aud: audience }))).toEqual([code]);
  });

  it('is an ID token', async () => {
    expect(await examine([], await token({ client_id: undefined }, 'JWT'))).toEqual(['token_kind']);
  });

  it('is something else, or an opaque one that nobody knows', async () => {
    expect(await examine([], 'Bearer abc')).toEqual(['token_malformed']);
    expect(await examine([], 'x'.repeat(43))).toEqual(['token_refused']);
  });
});
