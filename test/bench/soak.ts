import type { LoadGenerator } from './load/load.js';
import type { Era } from './load/target.js';
import type { IdentityProvider } from './servers/identity.js';
import { startOurs } from './servers/server.js';
import { type Point, slope } from './statistics.js';

/** What is left of the memory after so many calls, each time after everything unreachable was collected. */
export interface SoakSample {
  readonly calls: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  /** Of the second half: until then, caches fill and the compiler works. */
  readonly heapBytesPerThousandCalls: number;
  readonly rssGrowthPercent: number;
  readonly failed: number;
  readonly seconds: number;
}

const SAMPLES = 40;
const ERAS: readonly (readonly [Era, string])[] = [
  ['2026-07-28', '/mcp'],
  ['2025-11-25', '/mcp'],
  ['2024-11-05', '/sse'],
];

/** All eras in turns, against one server, for as many calls as are asked for. */
export async function soak(
  identity: IdentityProvider,
  load: LoadGenerator,
  { calls, seconds }: { readonly calls: number; readonly seconds: number },
): Promise<SoakResult> {
  const server = await startOurs(identity.where);
  for (const [era, path] of ERAS) {
    const tokens = await identity.tokens(1, path);
    await load.open(era, {
      port: server.port,
      era,
      path,
      tokens,
      connections: 16,
      sessions: 16,
      method: 'tools/call',
    });
  }
  const samples: SoakSample[] = [];
  const portion = Math.ceil(calls / SAMPLES / ERAS.length);
  let [done, failed] = [0, 0];
  const begin = performance.now();
  const spent = () => (performance.now() - begin) / 1000;
  while (done < calls && spent() < seconds) {
    for (const [era] of ERAS) {
      const result = await load.run(era, { calls: portion, milliseconds: 600_000 });
      done += result.calls;
      failed += result.failed;
    }
    const { heapUsed, rss } = await server.settled();
    samples.push({ calls: done, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 });
    process.stderr.write(
      `${done} calls: heap ${(heapUsed / 1e6).toFixed(1)} MB, RSS ${(rss / 1e6).toFixed(0)} MB\n`,
    );
  }
  await server.stop();
  return { samples, failed, seconds: spent(), ...growthOf(samples) };
}

/** What the second half of the samples says. */
export function growthOf(
  samples: readonly SoakSample[],
): Pick<SoakResult, 'heapBytesPerThousandCalls' | 'rssGrowthPercent'> {
  const half = samples.slice(Math.floor(samples.length / 2));
  const points = half.map(({ calls, heapMb }): Point => [calls / 1000, heapMb * 1e6]);
  const [first, last] = [half[0]?.rssMb ?? NaN, half.at(-1)?.rssMb ?? NaN];
  return { heapBytesPerThousandCalls: slope(points), rssGrowthPercent: (last / first - 1) * 100 };
}
