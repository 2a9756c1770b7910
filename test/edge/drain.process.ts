import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pathToFileURL } from 'node:url';
import {
  type DevTenant,
  type DevTenantOptions,
  obtainTokens,
  startDevTenant,
} from '../../src/dev-tenant/index.js';
import type { Environment } from '../../src/config/index.js';
import { builtFile } from '../deploy/built.project.js';
import { freePort } from '../support/free.port.js';
import { NO_LIMITS } from './edge.stack.js';

/** The compiled server in a process of its own, with a tenant in this one. */
export interface DrainProcess {
  readonly origin: string;
  readonly child: ChildProcess;
  readonly tenant: DevTenant;
  /** Tokens for `/mcp` and for `/sse`. */
  readonly tokens: { readonly mcp: string; readonly sse: string };
  readonly output: () => string;
  /** How it ended, once it has. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly at: number;
  }>;
  readyStatus(): Promise<number>;
  stop(): Promise<void>;
}

export interface DrainProcessOptions {
  readonly env?: Environment;
  /** The limit of open files to start with. */
  readonly files?: number;
  /** What to run, beside this file. */
  readonly entry?: string;
  /** What the tenant knows beside its users. */
  readonly tenant?: Pick<DevTenantOptions, 'management'>;
}

export async function startDrainProcess({
  env = {},
  files,
  entry: script = 'drain.server.mjs',
  tenant: seeds = {},
}: DrainProcessOptions = {}): Promise<DrainProcess> {
  const main = await builtFile('src/main.js');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: origin + path })),
    ...seeds,
  });
  const entry = fileURLToPath(new URL(script, import.meta.url));
  const node = [process.execPath, entry];
  const command = files === undefined ? node : ['sh', '-c', `ulimit -n ${files}; exec "$0" "$1"`, ...node];
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'test',
      NO_COLOR: '1',
      PORT: String(port),
      PUBLIC_URL: origin,
      LOGTO_ENDPOINT: tenant.endpoint,
      MCP_SESSIONS_PER_PRINCIPAL: '10000',
      MCP_SUBSCRIPTIONS_PER_PRINCIPAL: '10000',
      BUILT_ROOT: new URL('.', pathToFileURL(main)).href,
      ...NO_LIMITS,
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal, at: performance.now() }));
  const health = async (kind: string) => (await fetch(`${origin}/health/${kind}`)).status;
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await tenant.close();
  };
  for (let tries = 0; (await health('ready').catch(() => 0)) !== 200; tries += 1) {
    if (tries > 1_000 || child.exitCode !== null) {
      await stop();
      throw new Error(`The server does not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const token = async (path: string) =>
    (await obtainTokens(tenant.issuer, { resource: origin + path })).access_token;
  return {
    origin,
    child,
    tenant,
    tokens: { mcp: await token('/mcp'), sse: await token('/sse') },
    output: () => output,
    ended,
    readyStatus: () => health('ready'),
    stop,
  };
}
