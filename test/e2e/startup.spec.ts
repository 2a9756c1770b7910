import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free.port.js';
import { builtFile } from '../deploy/built.project.js';
import { runServer, type Running, startServer } from './server.process.js';

// Compiles at most once for all test files; the first one here would have to wait within its own limit.
beforeAll(() => builtFile('src/main.js'), 60_000);

const refusal = (...lines: string[]) =>
  [`The configuration is wrong in ${lines.length} place(s):`, ...lines, ''].join('\n');
const NO_PUBLIC_URL = `  PUBLIC_URL is required when NODE_ENV is production
    Origin that agents use to reach this server, e.g. https://mcp.example.com. Required in production.`;
const NO_LOGTO = `  LOGTO_ENDPOINT is required when NODE_ENV is production
    Your tenant, e.g. https://abc123.logto.app or your custom domain. Required in production.`;

describe('a start with a bad environment', () => {
  it('[row 134] ends at once without Logto and a public URL: production is the default', async () => {
    expect(await runServer({})).toEqual({ code: 1, stdout: '', stderr: refusal(NO_PUBLIC_URL, NO_LOGTO) });
  });

  it('never falls back to the development tenant in production', async () => {
    const ending = await runServer({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://mcp.example.com',
      DEV_TENANT_PORT: String(await freePort()),
    });
    expect(ending).toEqual({ code: 1, stdout: '', stderr: refusal(NO_LOGTO) });
  });

  it('[row 134] names every wrong variable, says what was expected, and repeats no value', async () => {
    const ending = await runServer({
      NODE_ENV: 'development',
      PORT: 'eighty',
      PUBLIC_URL: 'http://mcp.example.com',
      LOGTO_ENDPOINT: 'https://admin:hunter2@abc123.logto.app',
      LOGTO_MANAGEMENT_CLIENT_SECRET: 'hunter2',
      MCP_SSE: 'hunter2',
    });
    expect(ending).toEqual({
      code: 1,
      stdout: '',
      stderr: refusal(
        '  PORT must be a whole number from 1 to 65535\n    Port to listen on.',
        `  PUBLIC_URL must be https, unless the host is localhost
    Origin that agents use to reach this server, e.g. https://mcp.example.com. Required in production.`,
        `  LOGTO_ENDPOINT must be an http(s) URL without credentials
    Your tenant, e.g. https://abc123.logto.app or your custom domain. Required in production.`,
        '  MCP_SSE must be true or false\n    Serve the HTTP+SSE transport of 2024-11-05.',
        `  LOGTO_MANAGEMENT_CLIENT_ID is required because LOGTO_MANAGEMENT_CLIENT_SECRET is set
    App ID of a machine-to-machine app with the Management API role. Lets whoami fill in JWT callers.`,
      ),
    });
  });
});

describe('a start on a port that is taken', () => {
  const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
  let port: number;
  const other = createServer();

  beforeAll(async () => {
    port = await freePort();
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
  });
  afterAll(() => other.close());

  it('ends with one line that names the address and the variable to change', async () => {
    const { code, stderr } = await runServer({
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      LOGTO_ENDPOINT: `http://localhost:${await freePort()}`,
    });
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} of 127.0.0.1 cannot be used. Set PORT to another one, or HOST.\n`);
  });

  it('ends with the variable to change when it is the port of the development tenant', async () => {
    const { code, stderr } = await runServer({
      NODE_ENV: 'development',
      PORT: String(await freePort()),
      DEV_TENANT_PORT: String(port),
    });
    expect(code).toBe(1);
    expect(lastLine(stderr)).toBe(
      `DevTenantError: Port ${port} of 127.0.0.1 cannot be used. Set DEV_TENANT_PORT to another one.`,
    );
  });
});

describe('a start while Logto is down', () => {
  const LATER = { error: 'temporarily_unavailable' };
  let origin: string;
  let issuer: string;
  let running: Running;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    issuer = `http://localhost:${await freePort()}`;
    running = await startServer({ PORT: String(port), PUBLIC_URL: origin, LOGTO_ENDPOINT: issuer });
  });
  afterAll(() => running.stop());

  const post = (token?: string) =>
    fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });

  const jwt = (claims: Readonly<Record<string, unknown>>) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 600;
    const payload = { iss: `${issuer}/oidc`, aud: `${origin}/mcp`, sub: 'alice', client_id: 'agent', exp };
    return `${part({ alg: 'ES384', typ: 'at+jwt', kid: 'k1' })}.${part({ ...payload, ...claims })}.c2ln`;
  };

  it('listens, and says where', () => {
    expect(running.stdout()).toContain(`MCP endpoint: ${origin}/mcp\n`);
    expect(running.stderr()).toBe('');
  });

  it('is alive, because restarting it would cure nothing', async () => {
    const response = await fetch(`${origin}/health/live`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok', details: {} });
  });

  it('is not ready, and says what is missing', async () => {
    const response = await fetch(`${origin}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'error',
      details: { logto: { status: 'down', message: 'Logto has not been reached yet' } },
    });
  });

  it('tells a client without a token where to get one', async () => {
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
    const response = await post();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer scope="openid profile email", resource_metadata="${metadata}"`,
    );
    const document = await fetch(metadata);
    expect(document.status).toBe(200);
    expect(await document.json()).toMatchObject({
      resource: `${origin}/mcp`,
      authorization_servers: [`${issuer}/oidc`],
    });
  });

  it.each([
    ['an opaque token', () => 'o'.repeat(43)],
    ['a JWT', () => jwt({})],
  ])('answers 503 to %s that it cannot check: a 401 would throw the token away', async (_kind, token) => {
    const response = await post(token());
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject(LATER);
  });

  it.each([
    ['of another issuer', { iss: 'https://other.logto.app/oidc' }],
    ['for another resource', { aud: 'https://api.example.com' }],
    ['that has expired', { exp: 1 }],
  ])('still refuses a JWT %s, which nobody has to be asked about', async (_fault, claims) => {
    const response = await post(jwt(claims));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});
