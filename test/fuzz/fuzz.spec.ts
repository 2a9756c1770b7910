import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shot, type Shot } from './arbitraries.js';
import { Gunner } from './gunner.js';
import { startTarget, type Target } from './target.js';
import { faultIn } from './verdict.js';

/** `npm run fuzz` is the long run; `FUZZ_SEED` repeats one, shot for shot. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const BATCH = 2_000;
const CONNECTIONS = 32;

let target: Target;
let gunner: Gunner;

beforeAll(async () => {
  target = await startTarget();
  gunner = new Gunner(target.origin, CONNECTIONS);
});
afterAll(async () => {
  gunner.close();
  await target.close();
});

it(`survives ${REQUESTS} hostile requests (FUZZ_SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  let slowest = 0;
  let warm = 0;
  for (let done = 0; done < REQUESTS && faults.length === 0; done += BATCH) {
    const seed = SEED + done;
    const shots = fc.sample(shot, { seed, numRuns: Math.min(BATCH, REQUESTS - done) });
    const aim = await target.aim();
    await volley(shots, async (one, at) => {
      try {
        const hit = await gunner.fire(one, aim);
        statuses.set(hit.status, (statuses.get(hit.status) ?? 0) + 1);
        slowest = Math.max(slowest, hit.ms);
        const fault = faultIn(one, hit);
        if (fault !== undefined) faults.push(`FUZZ_SEED=${seed} shot ${at}: ${fault}\n${printed(one)}`);
      } catch (error) {
        faults.push(`FUZZ_SEED=${seed} shot ${at}: ${String(error)}\n${printed(one)}`);
      }
    });
    // The first third fills caches and lets the heap grow to its working size.
    if (warm === 0 && done + BATCH >= REQUESTS / 3) warm = await target.memory();
  }
  const drift = (await target.memory()) - warm;
  const table = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.log(
    `fuzz: ${REQUESTS} requests, ${faults.length} faults, slowest ${Math.round(slowest)} ms, ` +
      `memory ${Math.round(warm)} MB then ${drift >= 0 ? '+' : ''}${Math.round(drift)} MB; ${table.join(', ')}`,
  );
  expect(faults).toEqual([]);
  expect(target.isAlive()).toBe(true);
  expect(target.log()).not.toMatch(/http\.failed|unhandled|uncaught/i);
  expect(drift).toBeLessThan(50);
});

/** Fires all shots, as many at a time as there are connections. */
async function volley(shots: readonly Shot[], fire: (one: Shot, at: number) => Promise<void>): Promise<void> {
  const queue = shots.entries();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const [at, one] of queue) await fire(one, at);
    }),
  );
}

function printed({ body, ...rest }: Shot): string {
  return JSON.stringify({
    ...rest,
    body: body instanceof Uint8Array ? Buffer.from(body).toString('hex') : body,
  });
}
