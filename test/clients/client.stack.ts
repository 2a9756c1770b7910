import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startDevTenant } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';
import { startRecorder, type TenantRecorder } from './tenant.recorder.js';

/** Lifetime of access tokens, in seconds. */
export const TOKEN_SECONDS = 6;

const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-the-clients',
  resource: 'https://default.logto.app/api',
};
/** What `npm run build` makes, as the image runs it. */
const ENTRY = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const START_LIMIT_MS = 30_000;

/** The built server in a process of its own, and a tenant that outlives it. */
export interface ClientStack {
  readonly origin: string;
  readonly recorder: TenantRecorder;
  /** How many clients have registered since the server started, by its own log. */
  registrations(): number;
  /** The server forgets its sessions. The tenant and its tokens stay. */
  restartServer(): Promise<void>;
  close(): Promise<void>;
}

export async function startClientStack(env: Readonly<Record<string, string>>): Promise<ClientStack> {
  const [port, publicPort, tenantPort] = [await freePort(), await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    port: tenantPort,
    publicEndpoint: `http://localhost:${publicPort}`,
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({
      indicator: origin + path,
      accessTokenTtl: TOKEN_SECONDS,
    })),
    opaqueTokenTtl: TOKEN_SECONDS,
    management: MANAGEMENT,
    serverMetadata: `${origin}/.well-known/oauth-authorization-server/oidc`,
    ...(env['AUTH_SCOPES'] !== undefined && { defaultScope: env['AUTH_SCOPES'].split(',') }),
  });
  const recorder = await startRecorder(publicPort, tenantPort);
  const variables = {
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL: origin,
    LOGTO_ENDPOINT: tenant.endpoint,
    LOGTO_INTERNAL_ENDPOINT: `http://localhost:${tenantPort}`,
    LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
    LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    REGISTRATION: 'open',
    AUTH_CLOCK_SKEW_SECONDS: '0',
    AUTH_CACHE_SECONDS: '1',
    DRAIN_DELAY_SECONDS: '0',
    DRAIN_TIMEOUT_SECONDS: '1',
    ...env,
  };
  let server = await startServer(origin, variables);
  return {
    origin,
    recorder,
    registrations: () => server.log().split('client.registered').length - 1,
    restartServer: async () => {
      await server.stop();
      server = await startServer(origin, variables);
    },
    close: async () => {
      await server.stop();
      await recorder.close();
      await tenant.close();
    },
  };
}

async function startServer(origin: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [ENTRY], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  }
  const ended = once(child, 'exit');
  const end = Date.now() + START_LIMIT_MS;
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`The server did not start:\n${said}`);
    await sleep(50);
  }
  return {
    log: () => said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

const isReady = (origin: string): Promise<boolean> =>
  fetch(`${origin}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
