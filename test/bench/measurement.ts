import type { LoadGenerator } from './load/load.js';
import type { Load, Target } from './load/target.js';
import type { Server } from './servers/server.js';
import { median } from './statistics.js';

/** One run of load against one server. */
export interface Round {
  readonly callsPerSecond: number;
  /** Milliseconds of processor time that the server's process took for each call, all its threads together. */
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly rssMb: number;
  readonly bytesPerCall: number;
}

/** Something that can be measured: a server, and how it is spoken to. */
export interface Subject {
  readonly name: string;
  readonly server: Server;
  readonly target: Target;
}

export async function measure(load: LoadGenerator, { name, server }: Subject, amount: Load): Promise<Round> {
  const before = await server.usage();
  const result = await load.run(name, amount);
  const after = await server.usage();
  const cpu = after.user + after.system - before.user - before.system;
  const { calls, failed, seconds, p50, p99, bytesPerCall } = result;
  return {
    callsPerSecond: calls / seconds,
    cpuMs: cpu / 1000 / calls,
    p50,
    p99,
    failed,
    rssMb: after.rss / 1e6,
    bytesPerCall,
  };
}

const WARM_MS = 60_000;

/** Opens all subjects, warms each, then measures them in turns, so that what disturbs one round disturbs all. */
export async function measureInTurns(
  load: LoadGenerator,
  subjects: readonly Subject[],
  { rounds, milliseconds, warmCalls }: { rounds: number; milliseconds: number; warmCalls: number },
): Promise<Map<string, Round[]>> {
  const taken = new Map<string, Round[]>();
  for (const subject of subjects) {
    await load.open(subject.name, subject.target);
    // By calls, not by time: on a busy machine a second is not enough for the compiler.
    await load.run(subject.name, { calls: warmCalls, milliseconds: WARM_MS });
    taken.set(subject.name, []);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects)
      taken.get(subject.name)?.push(await measure(load, subject, { milliseconds }));
  }
  for (const { name } of subjects) await load.close(name);
  return taken;
}

export const medianOf = (rounds: readonly Round[], field: keyof Round): number =>
  median(rounds.map((round) => round[field]));

/** The middle of every figure. */
export function summaryOf(rounds: readonly Round[]): Round {
  const of = (field: keyof Round): number => medianOf(rounds, field);
  return {
    callsPerSecond: of('callsPerSecond'),
    cpuMs: of('cpuMs'),
    p50: of('p50'),
    p99: of('p99'),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
    rssMb: of('rssMb'),
    bytesPerCall: of('bytesPerCall'),
  };
}
