import type { LoadGenerator } from './load/load.js';
import type { Target } from './load/target.js';
import { measure, measureInTurns, type Round, type Subject, summaryOf } from './measurement.js';
import type { IdentityProvider } from './servers/identity.js';
import { type Server, startOurs } from './servers/server.js';

export interface GrowthOptions {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmCalls: number;
  readonly tools: readonly number[];
  readonly sessions: readonly number[];
  readonly tokens: readonly number[];
  readonly delays: readonly number[];
}

/** A result, by what has grown. */
type Series<Result> = Readonly<Record<string, Result>>;

export interface Growth {
  readonly toolsCall: Series<Round>;
  readonly toolsList: Series<Round>;
  readonly sessions: Series<Round & { readonly heapKbPerSession: number; readonly withTools: number }>;
  readonly tokens: Series<Round & { readonly upstreamCalls: number }>;
  readonly delays: Series<Round & { readonly upstreamCalls: number }>;
}

const BASE: Omit<Target, 'port' | 'tokens'> = {
  era: '2026-07-28',
  path: '/mcp',
  connections: 16,
  sessions: 16,
  method: 'tools/call',
};

/** How the cost of our own server grows with what it has to hold. */
export async function grow(
  identity: IdentityProvider,
  load: LoadGenerator,
  options: GrowthOptions,
): Promise<Growth> {
  const tokens = await identity.tokens(1, '/mcp');
  return {
    toolsCall: told(await byTools(identity, load, options, { ...BASE, tokens })),
    sessions: told(await bySessions(identity, load, options, tokens)),
    delays: told(await byDelay(identity, load, options, tokens)),
    tokens: told(await byTokens(identity, load, options)),
    toolsList: told(await byTools(identity, load, options, { ...BASE, tokens, method: 'tools/list' })),
  };
}

/** It takes minutes: whoever waits sees each part as it is there. */
function told<Result extends object>(result: Result): Result {
  process.stderr.write(`${JSON.stringify(result)}\n`);
  return result;
}

async function byTools(
  identity: IdentityProvider,
  load: LoadGenerator,
  options: GrowthOptions,
  target: Omit<Target, 'port'>,
): Promise<Series<Round>> {
  const subjects: Subject[] = [];
  for (const count of options.tools) {
    // One page, so that the bytes of all tools are in the answer.
    const server = await startOurs(identity.where, { BENCH_TOOLS: String(count), MCP_PAGE_SIZE: '1000' });
    subjects.push({ name: `${count} tools`, server, target: { ...target, port: server.port } });
  }
  // A list of a thousand tools takes its time.
  const warmCalls = target.method === 'tools/list' ? Math.min(200, options.warmCalls) : options.warmCalls;
  const taken = await measureInTurns(load, subjects, { ...options, warmCalls });
  await stopAll(subjects.map(({ server }) => server));
  return seriesOf(taken, summaryOf);
}

async function bySessions(
  identity: IdentityProvider,
  load: LoadGenerator,
  options: GrowthOptions,
  tokens: readonly string[],
): Promise<Growth['sessions']> {
  const series: [string, Growth['sessions'][string]][] = [];
  for (const [count, withTools] of [
    ...options.sessions.map((count) => [count, 1]),
    [1_000, 1_000],
  ] as const) {
    const server = await startOurs(identity.where, { BENCH_TOOLS: String(withTools) });
    const target: Target = { ...BASE, era: '2025-11-25', port: server.port, tokens, sessions: 1 };
    // Whatever is loaded with the first session is no part of the others.
    await load.open('first', target);
    await load.run('first', { calls: options.warmCalls, milliseconds: 60_000 });
    const before = await server.settled();
    await load.open('all', { ...target, sessions: count });
    const idle = await server.settled();
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      rounds.push(await measure(load, { name: 'all', server, target }, options));
    }
    const heapKbPerSession = (idle.heapUsed - before.heapUsed) / 1000 / Math.max(count, BASE.connections);
    series.push([
      `${count} sessions, ${withTools} tools`,
      { ...summaryOf(rounds), heapKbPerSession, withTools },
    ]);
    // One question at a time: the load's process answers in its order.
    await load.close('first');
    await load.close('all');
    await server.stop();
  }
  return Object.fromEntries(series);
}

async function byTokens(
  identity: IdentityProvider,
  load: LoadGenerator,
  options: GrowthOptions,
): Promise<Growth['tokens']> {
  const all = await identity.tokens(Math.max(...options.tokens), '/mcp');
  const series: [string, Growth['tokens'][string]][] = [];
  for (const count of options.tokens) {
    const server = await startOurs(identity.where);
    const target: Target = { ...BASE, port: server.port, tokens: all.slice(0, count) };
    await identity.count();
    // Every token is seen before anything is measured, and none is forgotten meanwhile.
    const warmCalls = Math.max(options.warmCalls, count + BASE.connections);
    const taken = await measureInTurns(load, [{ name: 'tokens', server, target }], { ...options, warmCalls });
    series.push([
      `${count} tokens`,
      { ...summaryOf(taken.get('tokens') ?? []), upstreamCalls: await identity.count() },
    ]);
    await server.stop();
  }
  return Object.fromEntries(series);
}

async function byDelay(
  identity: IdentityProvider,
  load: LoadGenerator,
  options: GrowthOptions,
  tokens: readonly string[],
): Promise<Growth['delays']> {
  const server = await startOurs(identity.where);
  const series: [string, Growth['delays'][string]][] = [];
  for (const delay of options.delays) {
    await identity.delay(delay);
    await identity.count();
    const subject = { name: `${delay} ms`, server, target: { ...BASE, port: server.port, tokens } };
    const taken = await measureInTurns(load, [subject], options);
    series.push([
      subject.name,
      { ...summaryOf(taken.get(subject.name) ?? []), upstreamCalls: await identity.count() },
    ]);
  }
  await identity.delay(0);
  await server.stop();
  return Object.fromEntries(series);
}

const seriesOf = <Value, Result>(
  taken: ReadonlyMap<string, Value>,
  map: (value: Value) => Result,
): Series<Result> => Object.fromEntries([...taken].map(([name, value]) => [name, map(value)]));

const stopAll = (servers: readonly Server[]): Promise<unknown> =>
  Promise.all(servers.map((server) => server.stop()));
