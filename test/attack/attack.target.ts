import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type DevTenant, obtainTokens, startDevTenant } from '../../src/dev-tenant/index.js';
import type { Environment } from '../../src/config/index.js';
import { builtFile } from '../deploy/built.project.js';
import { type ChaosProxy, startChaosProxy } from '../support/chaos.proxy.js';
import { freePort } from '../support/free.port.js';
import { MANAGEMENT } from '../support/stack.js';

/** The compiled server in a process of its own, as it runs in production, on loopback. */
export interface AttackTarget {
  readonly origin: string;
  readonly port: number;
  /** The server's way to Logto. */
  readonly logto: ChaosProxy;
  /** A new access token for `/mcp`. */
  token(user: string): Promise<string>;
  readonly output: () => string;
  stop(): Promise<void>;
}

/** @param files the limit of open files to start with */
export async function startAttackTarget(files = 1_024): Promise<AttackTarget> {
  const main = await builtFile('src/main.js');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: origin + path })),
    management: MANAGEMENT,
  });
  const logto = await startChaosProxy(tenant.endpoint);
  const command = `ulimit -n ${files}; exec "$0" "$1"`;
  const child = spawn('sh', ['-c', command, process.execPath, main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: productionOf(tenant, logto, port, origin),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await logto.close();
    await tenant.close();
  };
  const isReady = () =>
    fetch(`${origin}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  for (let tries = 0; !(await isReady()); tries += 1) {
    if (tries > 1_000 || child.exitCode !== null) {
      await stop();
      throw new Error(`The server does not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const token = async (username: string) => {
    const user = { username, password: `${username}-password` };
    return (await obtainTokens(tenant.issuer, { user, resource: `${origin}/mcp` })).access_token;
  };
  return { origin, port, logto, token, output: () => output, stop };
}

const productionOf = (tenant: DevTenant, logto: ChaosProxy, port: number, origin: string): Environment => ({
  NODE_ENV: 'production',
  NO_COLOR: '1',
  HOST: '127.0.0.1',
  PORT: String(port),
  PUBLIC_URL: origin,
  LOGTO_ENDPOINT: tenant.endpoint,
  LOGTO_INTERNAL_ENDPOINT: logto.origin,
  LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
  LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
  LOGTO_MANAGEMENT_RESOURCE: MANAGEMENT.resource,
  LOGTO_WEBHOOK_SIGNING_KEY: 'a-signing-key-that-the-attackers-lack',
  REGISTRATION: 'open',
});
