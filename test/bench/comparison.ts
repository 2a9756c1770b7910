import { measureInTurns, type Round, type Subject, summaryOf } from './measurement.js';
import type { LoadGenerator } from './load/load.js';
import type { Era, Target } from './load/target.js';
import type { IdentityProvider } from './servers/identity.js';
import { type Peer, type Server, startOurs, startPeer } from './servers/server.js';
import { median } from './statistics.js';

export interface ComparisonOptions {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmCalls: number;
}

export interface Contender {
  readonly name: string;
  readonly peer: Peer | 'ours';
  readonly variant?: string;
  readonly era: Era;
  readonly path: string;
  /** Of the endpoint that the token is for; absent: an opaque token. */
  readonly audience?: string;
}

const MODERN = { era: '2026-07-28', path: '/mcp', audience: '/mcp' } as const;
const SESSIONS = { era: '2025-11-25', path: '/mcp', audience: '/mcp' } as const;

/** Who is compared, each in a process of its own. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'floor', peer: 'floor', ...MODERN },
  { name: 'ours 2026', peer: 'ours', ...MODERN },
  { name: 'ours 2025', peer: 'ours', ...SESSIONS },
  { name: 'ours SSE', peer: 'ours', era: '2024-11-05', path: '/sse', audience: '/sse' },
  { name: 'sdk 2026, cached', peer: 'sdk', variant: 'cached', ...MODERN },
  { name: 'sdk 2026', peer: 'sdk', ...MODERN },
  { name: 'mcp-nest 2026', peer: 'mcp-nest', ...MODERN },
  { name: 'mcp-nest 2025', peer: 'mcp-nest', ...SESSIONS },
  { name: 'tutorial SSE, cached', peer: 'tutorial', variant: 'cached', era: '2024-11-05', path: '/sse' },
  { name: 'tutorial SSE', peer: 'tutorial', era: '2024-11-05', path: '/sse' },
];

export interface Comparison {
  /** From the start of the process until it answers, and what it then holds. */
  readonly start: Readonly<Record<string, Pick<Server, 'startMs' | 'bootRssMb'>>>;
  readonly results: Readonly<Record<string, Round>>;
  /** Of calls a second, in the same round, their median. */
  readonly ratios: Readonly<Record<string, number>>;
}

const RATIOS: readonly (readonly [ours: string, other: string])[] = [
  ['ours 2026', 'mcp-nest 2026'],
  ['ours 2026', 'sdk 2026, cached'],
  ['ours 2026', 'sdk 2026'],
  ['ours 2026', 'floor'],
  ['ours 2025', 'mcp-nest 2025'],
  ['ours 2025', 'floor'],
  ['ours SSE', 'tutorial SSE'],
  ['ours SSE', 'tutorial SSE, cached'],
  ['ours SSE', 'floor'],
];

export async function compare(
  identity: IdentityProvider,
  load: LoadGenerator,
  chosen: readonly Contender[],
  amount: ComparisonOptions,
): Promise<Comparison> {
  const servers = new Map<string, Server>();
  try {
    const subjects: Subject[] = [];
    for (const contender of chosen) {
      const server = await serverOf(contender.peer, contender.variant ?? '', identity);
      servers.set(contender.name, server);
      subjects.push(await subjectOf(contender, identity, server));
    }
    const taken = await measureInTurns(load, subjects, amount);
    return {
      start: Object.fromEntries(
        [...servers].map(([name, { startMs, bootRssMb }]) => [name, { startMs, bootRssMb }]),
      ),
      results: Object.fromEntries([...taken].map(([name, rounds]) => [name, summaryOf(rounds)])),
      ratios: ratiosOf(taken),
    };
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function subjectOf(
  { name, era, path, audience }: Contender,
  identity: IdentityProvider,
  server: Server,
): Promise<Subject> {
  const tokens = await identity.tokens(1, audience);
  const target: Target = {
    port: server.port,
    era,
    path,
    tokens,
    connections: 16,
    sessions: 16,
    method: 'tools/call',
  };
  return { name, server, target };
}

function serverOf(peer: Peer | 'ours', variant: string, { where }: IdentityProvider): Promise<Server> {
  return peer === 'ours' ? startOurs(where) : startPeer(peer, where, CLAIMS, variant);
}

/** What whoami answers for alice with a token for everything: the peers answer the same. */
const CLAIMS = {
  sub: 'alice0000001',
  name: 'Alice Example',
  picture: 'https://example.com/alice.png',
  updated_at: 1_790_000_000_000,
  username: 'alice',
  created_at: 1_790_000_000_000,
  family_name: 'Example',
  given_name: 'Alice',
  nickname: 'al',
  website: 'https://example.com',
  zoneinfo: 'Europe/Berlin',
  locale: 'en',
  email: 'alice@example.com',
  email_verified: true,
};

function ratiosOf(taken: ReadonlyMap<string, readonly Round[]>): Record<string, number> {
  return Object.fromEntries(
    RATIOS.flatMap(([ours, other]) => {
      const [one, two] = [taken.get(ours), taken.get(other)];
      if (one === undefined || two === undefined) return [];
      const each = one.map(
        ({ callsPerSecond }, index) => callsPerSecond / (two[index]?.callsPerSecond ?? NaN),
      );
      return [[`${ours} / ${other}`, median(each)]];
    }),
  );
}
