import { join, resolve } from 'node:path';
import type { ComparisonOptions } from './comparison.js';
import type { LoadGenerator } from './load/load.js';
import { measureInTurns, medianOf, type Round, type Subject } from './measurement.js';
import { ERAS } from './profiles.js';
import type { IdentityProvider } from './servers/identity.js';
import { type Server, startOurs } from './servers/server.js';
import { median } from './statistics.js';

/** One figure of two checkouts: milliseconds of CPU per call, milliseconds to start, or megabytes at boot. */
type Difference = { readonly before: number; readonly now: number; readonly ratio: number };

const STARTS = 5;

/**
 * Compares this checkout with another one.
 * @param folder the root of the other checkout, compiled
 */
export async function compareCheckouts(
  identity: IdentityProvider,
  load: LoadGenerator,
  folder: string,
  amount: ComparisonOptions,
): Promise<Readonly<Record<string, Difference>>> {
  const file = join(resolve(folder), 'dist', 'test', 'bench', 'servers', 'ours.js');
  const startBefore = () => startOurs(identity.where, {}, [], file);
  const startNow = () => startOurs(identity.where);
  const differences: Record<string, Difference> = await compareStarts(startBefore, startNow);
  for (const [era, path] of ERAS) {
    const before = await startBefore();
    const now = await startNow();
    const tokens = await identity.tokens(1, path);
    const subjectOf = (name: string, server: Server): Subject => ({
      name,
      server,
      target: { port: server.port, era, path, tokens, connections: 16, sessions: 16, method: 'tools/call' },
    });
    const subjects = [subjectOf('before', before), subjectOf('now', now)];
    const taken = await measureInTurns(load, subjects, amount);
    differences[`CPU ms per call, ${era}`] = cpuOf(taken.get('before') ?? [], taken.get('now') ?? []);
    await Promise.all([before.stop(), now.stop()]);
  }
  return differences;
}

/** The ratio is the median of the rounds' ratios: both servers meet the same disturbance in one round. */
function cpuOf(before: readonly Round[], now: readonly Round[]): Difference {
  const ratios = now.map(({ cpuMs }, index) => cpuMs / (before[index]?.cpuMs ?? NaN));
  return { before: medianOf(before, 'cpuMs'), now: medianOf(now, 'cpuMs'), ratio: median(ratios) };
}

async function compareStarts(
  startBefore: () => Promise<Server>,
  startNow: () => Promise<Server>,
): Promise<Record<string, Difference>> {
  const taken: { before: Server[]; now: Server[] } = { before: [], now: [] };
  for (let round = 0; round < STARTS; round += 1) {
    for (const [name, start] of [
      ['before', startBefore],
      ['now', startNow],
    ] as const) {
      const server = await start();
      taken[name].push(server);
      await server.stop();
    }
  }
  const differenceOf = (field: 'startMs' | 'bootRssMb'): Difference => {
    const before = median(taken.before.map((server) => server[field]));
    const now = median(taken.now.map((server) => server[field]));
    return { before, now, ratio: now / before };
  };
  return { 'start, ms': differenceOf('startMs'), 'memory at boot, MB': differenceOf('bootRssMb') };
}
