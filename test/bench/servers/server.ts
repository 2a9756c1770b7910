import type { Profiler } from 'node:inspector';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../support/free.port.js';
import { Child, compiled } from './child.js';
import { type Identity, MANAGEMENT, PUBLIC_URL } from './identity.js';

/** What a process has used so far, as it says itself: microseconds and bytes. */
export interface Usage {
  readonly user: number;
  readonly system: number;
  readonly rss: number;
  readonly heapUsed: number;
}

/** A server under test. */
export interface Server {
  readonly port: number;
  /** From the start of the process to the first answer that says it can work. */
  readonly startMs: number;
  readonly bootRssMb: number;
  usage(): Promise<Usage>;
  /** After everything that can be forgotten is forgotten. */
  settled(): Promise<Usage>;
  /** Starts to take a profile of the processor's time. */
  profile(): Promise<void>;
  /** The profile since then, in the form of the inspector's protocol. */
  profiled(): Promise<CpuProfile>;
  stop(): Promise<void>;
}

export type Peer = 'floor' | 'sdk' | 'mcp-nest' | 'tutorial';
export type CpuProfile = Profiler.Profile;
type Variables = Readonly<Record<string, string>>;

// `npm run bench` starts in the root of the project; what is compiled lies elsewhere than what is not.
const source = (path: string): string => `${process.cwd()}/test/bench/${path}`;
const FLAGS = ['--expose-gc', '--import', source('servers/probe.mjs')];

/**
 * The defaults of production. Raised is only what would refuse the load: it comes from one address, and from one user
 * through one client, which nobody sends 16 calls at once for in earnest.
 */
const RAISED: Variables = {
  LIMIT_REQUESTS_PER_ADDRESS: '1000000',
  LIMIT_REQUESTS_PER_PRINCIPAL: '1000000',
  LIMIT_CALLS_PER_PRINCIPAL: '10000',
  LIMIT_STREAMS_PER_PRINCIPAL: '10000',
  MCP_SESSIONS_PER_PRINCIPAL: '10000',
  MCP_SESSIONS: '20000',
};

/**
 * This project, in its production configuration, behind nothing.
 * @param file the compiled entry point; by default the one of this checkout
 */
export async function startOurs(
  { endpoint, internal }: Identity,
  env: Variables = {},
  flags: readonly string[] = [],
  file: string = compiled('ours.js'),
): Promise<Server> {
  const port = await freePort();
  const variables = {
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL,
    LOGTO_ENDPOINT: endpoint,
    LOGTO_INTERNAL_ENDPOINT: internal,
    LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
    LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    LOGTO_MANAGEMENT_RESOURCE: MANAGEMENT.resource,
    ...RAISED,
    ...env,
  };
  return startServer(file, port, variables, '/health/ready', flags);
}

export async function startPeer(
  name: Peer,
  { issuer, internal }: Identity,
  claims: object,
  variant = '',
): Promise<Server> {
  const port = await freePort();
  const variables = {
    NODE_ENV: 'production',
    PORT: String(port),
    BENCH_CLAIMS: JSON.stringify(claims),
    BENCH_VARIANT: variant,
    BENCH_ISSUER: issuer,
    BENCH_AUDIENCE: `${PUBLIC_URL}/mcp`,
    BENCH_JWKS: `${internal}/oidc/jwks`,
    BENCH_USERINFO: `${internal}/oidc/me`,
  };
  return startServer(source(`peers/${name}.mjs`), port, variables, '/');
}

async function startServer(
  file: string,
  port: number,
  env: Variables,
  readyPath: string,
  flags: readonly string[] = [],
): Promise<Server> {
  const begin = performance.now();
  const child = Child.start(file, 0, env, [...FLAGS, ...flags]);
  const mustBeReady = readyPath !== '/';
  while (!(await answers(port, readyPath, mustBeReady))) {
    if (child.ended || performance.now() - begin > 60_000) throw new Error(`${file} did not start`);
    await setTimeout(5);
  }
  const startMs = performance.now() - begin;
  const { rss } = await child.ask<Usage>('usage');
  return {
    port,
    startMs,
    bootRssMb: rss / 1e6,
    usage: () => child.ask<Usage>('usage'),
    settled: () => child.ask<Usage>('settle'),
    profile: async () => void (await child.ask('profile')),
    profiled: () => child.ask<CpuProfile>('profiled'),
    stop: () => child.stop(),
  };
}

async function answers(port: number, path: string, mustBeReady: boolean): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2_000) });
    return ok || !mustBeReady;
  } catch {
    // Not yet.
    return false;
  }
}
