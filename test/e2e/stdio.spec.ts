import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevTenant, obtainTokens, startDevTenant } from '../../src/dev-tenant/index.js';
import { builtFile } from '../deploy/built.project.js';
import { freePort } from '../support/free.port.js';
import { INITIALIZE } from '../support/raw.js';
import { wrap } from '../support/clients.js';

type Variables = Readonly<Record<string, string>>;

let entry: string;

beforeAll(async () => {
  entry = await builtFile('src/stdio.js');
}, 60_000);

const development = async (): Promise<Variables> => ({
  NODE_ENV: 'development',
  PORT: String(await freePort()),
  DEV_TENANT_PORT: String(await freePort()),
  LOG_LEVEL: 'debug',
});

/** Runs the process with these lines on its stdin, which stays open until `answers` lines have come back. */
async function run(env: Variables, lines: readonly object[] = [], answers = 0) {
  const child = spawn(process.execPath, [entry], { env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.split('\n').length > answers) child.stdin.end();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // The process may be gone before it has read anything.
  child.stdin.on('error', () => undefined);
  for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, stdout, stderr };
}

const connectors = [
  {
    client: 'SDK 1 (2025-11-25)',
    connect: async (env: Variables) => {
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(
        new StdioClientTransport({ command: process.execPath, args: [entry], env, stderr: 'ignore' }),
      );
      return wrap(client);
    },
  },
  ...(['legacy', 'auto', { pin: '2026-07-28' }] as const).map((mode) => ({
    client: `SDK 2 (${typeof mode === 'string' ? mode : mode.pin})`,
    connect: async (env: Variables) => {
      const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
      await client.connect(
        new ModernTransport({ command: process.execPath, args: [entry], env, stderr: 'ignore' }),
      );
      return wrap(client);
    },
  })),
];

describe('a local client in development', () => {
  it.each(connectors)('needs no token: $client is alice of the embedded tenant', async ({ connect }) => {
    const client = await connect(await development());
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['whoami']);
    expect((await client.callTool('whoami')).structured).toMatchObject({
      sub: 'alice0000001',
      email: 'alice@example.com',
    });
    await client.close();
  });

  it('reads nothing but the protocol on stdout, however much is logged', async () => {
    const whoami = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
    const { code, stdout, stderr } = await run(await development(), [INITIALIZE, whoami], 2);
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(messages).toMatchObject([
      { jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } },
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
    expect(stderr).toContain('For development only: a tenant at');
    expect(stderr).toContain('NestFactory');
    expect(code).toBe(0);
  });

  it('opens no port for HTTP', async () => {
    const env = await development();
    const child = spawn(process.execPath, [entry], { env, stdio: 'pipe' });
    child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    await once(child.stdout, 'data');
    await expect(fetch(`http://127.0.0.1:${env['PORT']}/health/live`)).rejects.toThrow('fetch failed');
    child.stdin.end();
    await once(child, 'exit');
  });
});

describe('a local client in production', () => {
  let tenant: DevTenant;
  let env: Variables;

  beforeAll(async () => {
    const origin = `http://localhost:${await freePort()}`;
    tenant = await startDevTenant({
      resources: [
        { indicator: `${origin}/mcp` },
        { indicator: `${origin}/sse`, accessTokenTtl: 12 },
        { indicator: 'https://other.test/mcp' },
      ],
    });
    env = { PUBLIC_URL: origin, LOGTO_ENDPOINT: tenant.endpoint };
  });
  afterAll(() => tenant.close());

  const tokenFor = async (resource?: string): Promise<string> =>
    (
      await obtainTokens(tenant.issuer, {
        user: { username: 'bob', password: 'bob-password' },
        ...(resource !== undefined && { resource }),
      })
    ).access_token;
  const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

  it.each([
    ['a JWT for this server', () => tokenFor(`${env['PUBLIC_URL']}/mcp`)],
    ['an opaque token', () => tokenFor()],
  ])('acts for the user of %s in MCP_ACCESS_TOKEN', async (_kind, token) => {
    const client = await connectors[0]?.connect({ ...env, MCP_ACCESS_TOKEN: await token() });
    expect((await client?.callTool('whoami'))?.structured).toMatchObject({ sub: 'bob000000001' });
    await client?.close();
  });

  it('is told what is missing, and what to do', async () => {
    const { code, stdout, stderr } = await run(env);
    expect({ code, stdout, line: lastLine(stderr) }).toEqual({
      code: 1,
      stdout: '',
      line: `stdio: MCP_ACCESS_TOKEN is required: over stdio there is no sign-in. Set it to an access token for ${env['PUBLIC_URL']}/mcp.`,
    });
  });

  it.each([
    ['malformed', () => Promise.resolve('not.a.token')],
    ['unknown', () => Promise.resolve('x'.repeat(43))],
    ['made for another server', () => tokenFor('https://other.test/mcp')],
  ])('is refused with a token that is %s, which is not repeated', async (_fault, token) => {
    const value = await token();
    const { code, stdout, stderr } = await run({ ...env, MCP_ACCESS_TOKEN: value });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(lastLine(stderr)).toMatch(
      /^stdio: The access token is refused: .+ Set a new one in MCP_ACCESS_TOKEN\.$/,
    );
    expect(stderr).not.toContain(value);
  });

  it('is left alone when the token expires, and told why', async () => {
    const MCP_ACCESS_TOKEN = await tokenFor(`${env['PUBLIC_URL']}/sse`);
    // Nobody closes stdin here: no answer is waited for, and the process has to leave by itself.
    const { code, stdout, stderr } = await run(
      { ...env, MCP_ACCESS_TOKEN, AUTH_CLOCK_SKEW_SECONDS: '0' },
      [],
      1,
    );
    expect({ code, stdout, line: lastLine(stderr) }).toEqual({
      code: 1,
      stdout: '',
      line: 'stdio: The access token is no longer accepted: The access token has expired',
    });
  }, 40_000);

  it('is told every wrong variable at once, as over HTTP', async () => {
    const { code, stdout, stderr } = await run({ MCP_ACCESS_TOKEN: 'Bearer x' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The configuration is wrong in 3 place(s):');
    expect(stderr).toContain('MCP_ACCESS_TOKEN must be a bearer token, without the word Bearer');
  });
});
