import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AgentOptions, runAgent } from '../../examples/agent/agent.js';
import { freePort } from '../../examples/demo/free.port.js';
import { type DevTenant, signIn, startDevTenant } from '../../src/dev-tenant/index.js';
import { builtFile } from './built.project.js';
import { readCompose } from './compose.file.js';
import { type Forwarder, forwardTo } from './forwarder.js';

const guard = new URL('./denied.port.mjs', import.meta.url).href;
const management = {
  clientId: 'mcp-server',
  clientSecret: 'secret',
  resource: 'https://default.logto.app/api',
};
const closers: (() => Promise<void>)[] = [];
let entry: string;

beforeAll(async () => {
  entry = await builtFile('src/main.js');
}, 60_000);

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Deployment {
  readonly publicUrl: string;
  readonly tenant: DevTenant;
  readonly forwarder: Forwarder;
  /** What the server wrote to stderr; every attempt to use the public name of Logto is in it. */
  stderr(): string;
}

/** The server as compose runs it, one process further: it can't reach the name that browsers use for Logto. */
async function deploy(internal: 'forwarder' | 'none'): Promise<Deployment> {
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const resources = ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: publicUrl + path }));
  const tenant = await startDevTenant({ resources, management });
  closers.push(() => tenant.close());
  const { port: tenantPort } = new URL(tenant.endpoint);
  const forwarder = await forwardTo(Number(tenantPort));
  closers.push(() => forwarder.close());

  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...readCompose().services.server.environment,
      NODE_OPTIONS: `--import=${guard}`,
      DENIED_PORT: tenantPort,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      LOGTO_ENDPOINT: tenant.endpoint,
      LOGTO_INTERNAL_ENDPOINT: internal === 'none' ? '' : `http://127.0.0.1:${forwarder.port}`,
      LOGTO_MANAGEMENT_CLIENT_ID: management.clientId,
      LOGTO_MANAGEMENT_CLIENT_SECRET: management.clientSecret,
    },
  });
  closers.push(() => stop(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await vi.waitFor(async () => expect(await health(publicUrl, 'live')).toBe(200), {
    timeout: 20_000,
    interval: 100,
  });
  return { publicUrl, tenant, forwarder, stderr: () => stderr };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const health = async (publicUrl: string, kind: 'live' | 'ready'): Promise<number> =>
  (await fetch(`${publicUrl}/health/${kind}`)).status;

const alice = { username: 'alice', password: 'alice-password', decision: 'authorize' } as const;

/** An agent outside: it knows Logto by its public name only. */
const agentAt = (url: string, options: Pick<AgentOptions, 'era' | 'sendResource'>) =>
  runAgent({
    ...options,
    url: new URL(url),
    clientId: 'smartmail-ai',
    signInLimitMs: 10_000,
    openSignIn: (page) => {
      void signIn(page.href, alice).then(({ redirect }) => fetch(redirect));
    },
  });

describe('one Logto with two names', () => {
  it('serves an agent that knows the public one through a server that can reach only the other', async () => {
    const { publicUrl, tenant, forwarder, stderr } = await deploy('forwarder');
    await vi.waitFor(async () => expect(await health(publicUrl, 'ready')).toBe(200), { timeout: 10_000 });

    const metadata: unknown = await (
      await fetch(`${publicUrl}/.well-known/oauth-protected-resource/mcp`)
    ).json();
    expect(metadata).toMatchObject({ authorization_servers: [tenant.issuer] });

    const claims = { sub: 'alice0000001', name: 'Alice Example', email: 'alice@example.com' };
    const bound = await agentAt(`${publicUrl}/mcp`, { era: '2026-07-28' });
    expect(bound.whoami).toMatchObject(claims);
    const opaque = await agentAt(`${publicUrl}/sse`, { era: '2024-11-05', sendResource: false });
    expect(opaque.whoami).toMatchObject(claims);

    expect(new Set(forwarder.forwarded)).toEqual(
      new Set([
        'GET /oidc/.well-known/openid-configuration',
        'GET /oidc/jwks',
        'POST /oidc/token',
        'POST /oidc/token/introspection',
        'GET /oidc/me',
        'GET /api/users/alice0000001',
        'GET /api/users/alice0000001/grants',
      ]),
    );
    expect(stderr()).not.toContain('denied');
  }, 60_000);

  it('is not ready without the second one, because the public one leads nowhere from here', async () => {
    const { publicUrl, forwarder, stderr } = await deploy('none');
    await vi.waitFor(() => expect(stderr()).toContain('denied'), { timeout: 10_000 });
    expect(await health(publicUrl, 'ready')).toBe(503);
    expect(forwarder.forwarded).toEqual([]);
  }, 60_000);
});
