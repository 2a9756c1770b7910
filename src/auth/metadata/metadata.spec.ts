import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../config/index.js';
import { type AppFixture, startApp } from '../testing/app.fixture.js';
import { PUBLIC_URL } from '../testing/config.fixture.js';
import { LogtoFixture } from '../testing/logto.fixture.js';

const ROOT = '/.well-known/oauth-protected-resource';
const LEGACY = '/.well-known/oauth-authorization-server';

let logto: LogtoFixture;
let running: { stop(): Promise<void> }[];

beforeEach(async () => {
  logto = await LogtoFixture.start();
  running = [logto];
});
afterEach(async () => {
  for (const one of running.toReversed()) await one.stop();
});

async function app(environment: Environment = {}): Promise<AppFixture> {
  const started = await startApp(logto, environment);
  running.push(started);
  return started;
}

const documentOf = (path: string) => ({
  resource: `${PUBLIC_URL}${path}`,
  authorization_servers: [logto.issuer],
  scopes_supported: ['openid', 'profile', 'email'],
  bearer_methods_supported: ['header'],
});

describe('protected-resource metadata (RFC 9728)', () => {
  it.each([
    [`${ROOT}/mcp`, '/mcp'],
    [`${ROOT}/mcp/sse`, '/mcp/sse'],
    [ROOT, '/mcp'],
  ])('at %s is readable by anybody, without a token, and is that of %s', async (path, resource) => {
    const { status, headers, body } = await (
      await app()
    ).call({ path, headers: { origin: 'https://any.example' } });
    expect({ status, body }).toEqual({ status: 200, body: documentOf(resource) });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  it('is there while Logto is not', async () => {
    logto.mood = 'dead';
    expect((await (await app()).call({ path: ROOT })).body).toEqual(documentOf('/mcp'));
  });

  it('takes nothing from the headers of the request', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    expect((await (await app()).call({ path: `${ROOT}/mcp`, headers })).body).toEqual(documentOf('/mcp'));
  });

  it('names no offline_access', async () => {
    const { body } = await (await app({ AUTH_SCOPES: 'openid offline_access' })).call({ path: ROOT });
    expect(body).toHaveProperty('scopes_supported', ['openid']);
  });

  it.each([ROOT, `${ROOT}/mcp`, `${ROOT}/mcp/sse`])(
    'at %s answers HEAD and preflight, and no other method',
    async (path) => {
      const server = await app();
      expect(await server.call({ method: 'HEAD', path })).toMatchObject({ status: 200, text: '' });
      const asked = { origin: 'https://any.example', 'access-control-request-method': 'GET' };
      const preflight = await server.call({ method: 'OPTIONS', path, headers: asked });
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-origin']).toBe('*');
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const { status, headers, body } = await server.call({ method, path });
        expect(status).toBe(405);
        expect(headers['allow']).toBe('GET, HEAD, OPTIONS');
        expect(body).toEqual({ error: 'method_not_allowed', error_description: 'Metadata can only be read' });
      }
    },
  );

  it('of a resource that is not there is not there', async () => {
    expect((await (await app()).call({ path: `${ROOT}/other` })).status).toBe(404);
  });
});

describe('the mirror of the authorization server metadata (RFC 8414)', () => {
  const on = { AUTH_LEGACY_METADATA: 'true' };

  it('is not there unless it is asked for', async () => {
    expect((await (await app()).call({ path: LEGACY })).status).toBe(404);
  });

  it.each([
    [{}, 'scope=openid%20profile%20email'],
    [
      { AUTH_SCOPES: 'openid offline_access notes:read' },
      'scope=openid%20offline_access%20notes%3Aread&prompt=consent',
    ],
  ])('puts the scope of %j into the authorization endpoint', async (environment, query) => {
    const { body } = await (await app({ ...on, ...environment })).call({ path: LEGACY });
    expect(body).toHaveProperty('authorization_endpoint', `${logto.issuer}/auth?${query}`);
  });

  it('names a registration endpoint only where registration is on', async () => {
    const { body } = await (await app(on)).call({ path: LEGACY });
    expect(body).not.toHaveProperty('registration_endpoint');
    const registration = {
      REGISTRATION: 'open',
      LOGTO_MANAGEMENT_CLIENT_ID: 'id',
      LOGTO_MANAGEMENT_CLIENT_SECRET: 'secret',
    };
    const open = await (await app({ ...on, ...registration })).call({ path: LEGACY });
    expect(open.body).toHaveProperty('registration_endpoint', `${PUBLIC_URL}/register`);
  });

  it("is Logto's whole document, to fields that mcp-auth does not know", async () => {
    const { status, headers, body } = await (await app(on)).call({ path: LEGACY });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(body).toMatchObject({
      issuer: logto.issuer,
      token_endpoint: `${logto.issuer}/token`,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('answers preflight and no other method', async () => {
    const server = await app(on);
    const headers = { 'access-control-request-headers': 'mcp-protocol-version' };
    const preflight = await server.call({ method: 'OPTIONS', path: LEGACY, headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toBe('mcp-protocol-version');
    expect((await server.call({ method: 'POST', path: LEGACY })).status).toBe(405);
  });

  it('is 503 while Logto is not known', async () => {
    logto.mood = 'dead';
    const { status, headers, body } = await (await app(on)).call({ path: LEGACY });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(body).toMatchObject({ error: 'temporarily_unavailable' });
  });
});
