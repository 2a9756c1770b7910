import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtFile } from '../deploy/built.project.js';
import { type DrainProcess, startDrainProcess } from '../edge/drain.process.js';
import { IDLE_ERAS } from './idle.streams.js';

/** `npm run idle` is the long run, which also waits for what keeping them alive costs. */
const LONG = process.env['IDLE_STREAMS'] !== undefined;
const STREAMS = Number(process.env['IDLE_STREAMS'] ?? 200);
/** As many as it takes until what all of them share is loaded, compiled and has its room. */
const FIRST = LONG ? 1_000 : 20;
const AT_ONCE = 50;
const KB = 1_024;

const Holds = z.object({
  rss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  cpuMs: z.number(),
  sockets: z.number(),
  sessions: z.number(),
});

beforeAll(() => builtFile('src/main.js'), 120_000);

let server: DrainProcess | undefined;
afterEach(() => server?.stop());

/** What the server holds now, once everything that is garbage is gone. */
async function holds({ child, output }: DrainProcess): Promise<z.output<typeof Holds>> {
  const seen = output().split('HOLDS ').length;
  child.kill('SIGUSR2');
  const all = () => output().split('HOLDS ');
  await expect.poll(() => all().length > seen && output().endsWith('\n'), { timeout: 60_000 }).toBe(true);
  return Holds.parse(JSON.parse(all().at(-1)?.split('\n')[0] ?? ''));
}

async function openAll(count: number, open: () => Promise<Socket>): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const waiting = Array.from({ length: count }, (_, index) => index).values();
  const worker = async () => {
    while (waiting.next().done !== true) sockets.push(await open());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sockets;
}

describe.each(IDLE_ERAS)('idle streams of %s', (era, open, audience) => {
  it(
    '[row 65] cost little, and leave nothing behind when their clients are gone',
    { timeout: 900_000 },
    async () => {
      server = await startDrainProcess({
        entry: '../idle/idle.server.mjs',
        env: { MCP_SESSION_IDLE_SECONDS: '4', MCP_SESSIONS: '20000', LOG_LEVEL: 'error' },
      });
      const running = server;
      const token = running.tokens[audience];
      const { origin } = running;
      for (const socket of await openAll(FIRST, () => open(origin, token))) socket.resetAndDestroy();
      await expect.poll(async () => (await holds(running)).sessions, { timeout: 60_000 }).toBe(0);
      const before = await holds(running);

      const started = performance.now();
      const sockets = await openAll(STREAMS, () => open(origin, token));
      const perSecond = (STREAMS * 1000) / (performance.now() - started);
      const opened = await holds(running);
      expect(opened.sockets - before.sockets).toBeGreaterThanOrEqual(STREAMS);
      let cpu = Number.NaN;
      if (LONG) {
        await setTimeout(30_000);
        // Two garbage collections of the whole heap are in it, which nobody else asks for.
        cpu = ((await holds(running)).cpuMs - opened.cpuMs) / 300;
      }

      for (const socket of sockets) socket.resetAndDestroy();
      const rest = async () => {
        const now = await holds(running);
        return { sockets: Math.max(0, now.sockets - before.sockets), sessions: now.sessions };
      };
      await expect.poll(rest, { timeout: 120_000, interval: 500 }).toEqual({ sockets: 0, sessions: 0 });
      const after = await holds(running);
      const each = (of: 'rss' | 'heapUsed') => (opened[of] - before[of]) / STREAMS / KB;
      const megabytes = (bytes: number) => (bytes / KB / KB).toFixed(1);
      console.log(
        `idle: ${STREAMS} of ${era}: each ${each('rss').toFixed(1)} KB RSS, ${each('heapUsed').toFixed(1)} KB heap; ` +
          `${perSecond.toFixed(0)} opened a second; keep-alive ${cpu.toFixed(1)} % of a core; ` +
          `heap ${megabytes(before.heapUsed)} -> ${megabytes(opened.heapUsed)} -> ${megabytes(after.heapUsed)} MB, ` +
          `RSS ${megabytes(before.rss)} -> ${megabytes(opened.rss)} -> ${megabytes(after.rss)} MB`,
      );
      expect(each('heapUsed')).toBeLessThan(100);
      expect(after.heapUsed).toBeLessThan(before.heapUsed * 1.1 + 4 * KB * KB);
    },
  );
});
