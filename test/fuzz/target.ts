import { readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type DevTenant, obtainTokens, startDevTenant } from '../../src/dev-tenant/index.js';
import { builtFile } from '../deploy/built.project.js';
import type { Aim } from './gunner.js';
import { freePort } from '../support/free.port.js';
import { initialize, openStream } from '../support/raw.js';

/** The server under fire: a process of its own, so that its death and its memory can be seen from outside. */
export interface Target {
  readonly origin: string;
  /** A token and fresh sessions for the next shots. */
  aim(): Promise<Aim>;
  /** Resident memory, in MB. */
  memory(): Promise<number>;
  isAlive(): boolean;
  /** Everything the server has logged. */
  log(): string;
  close(): Promise<void>;
}

/** Fire comes from one address and one user, so the limits are out of the way; what they do has tests of its own. */
const UNLIMITED = {
  MCP_SESSIONS: '200',
  MCP_SESSIONS_PER_PRINCIPAL: '50',
  LIMIT_REQUESTS_PER_ADDRESS: '1000000',
  LIMIT_FAILURES_PER_ADDRESS: '1000000',
  LIMIT_REQUESTS_PER_PRINCIPAL: '1000000',
  LIMIT_CALLS_PER_PRINCIPAL: '10000',
  LIMIT_STREAMS_PER_PRINCIPAL: '10000',
  LIMIT_IN_FLIGHT_PER_PRINCIPAL: '10000',
};

/** As docker-compose.yml sets it: with all of a large machine to itself, the heap grows as it likes. */
const HEAP_LIMIT = '--max-old-space-size=358';

export async function startTarget(): Promise<Target> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant: DevTenant = await startDevTenant({});
  const child = spawn(process.execPath, [HEAP_LIMIT, await builtFile('src/main.js')], {
    env: {
      NODE_ENV: 'test',
      PORT: String(port),
      PUBLIC_URL: origin,
      LOGTO_ENDPOINT: tenant.endpoint,
      LOG_LEVEL: 'warn',
      ...UNLIMITED,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 1_000_000) log += text;
    });
  }
  const ended = once(child, 'exit');
  while (!(await isReady(origin))) {
    if (child.exitCode !== null) throw new Error(`The server ended:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // Opaque, so that it is good at every endpoint.
  const { access_token: token } = await obtainTokens(tenant.issuer);
  let stream = await openStream(`${origin}/sse`, token);
  return {
    origin,
    aim: async () => {
      stream.close();
      stream = await openStream(`${origin}/sse`, token);
      const { data } = await stream.next();
      const sse = new URL(data, origin).searchParams.get('sessionId') ?? '';
      return { token, session: await initialize(origin, token), sse };
    },
    memory: async () => residentMegabytes(await readFile(`/proc/${child.pid}/status`, 'utf8')),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
    close: async () => {
      stream.close();
      child.kill('SIGKILL');
      await ended;
      await tenant.close();
    },
  };
}

const isReady = (origin: string): Promise<boolean> =>
  fetch(`${origin}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

const residentMegabytes = (status: string): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
