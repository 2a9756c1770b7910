import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../deploy/built.project.js';
import { type DrainProcess, type DrainProcessOptions, startDrainProcess } from './drain.process.js';
import { type Fate, Load, type Stream } from './load.js';
import { dial, http, talk } from './raw.socket.js';

beforeAll(() => builtFile('src/main.js'), 60_000);

let server: DrainProcess | undefined;
afterEach(() => server?.stop());

async function start(options: DrainProcessOptions = {}): Promise<{ server: DrainProcess; load: Load }> {
  server = await startDrainProcess(options);
  return { server, load: new Load(server) };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const STREAMS = { session: 250, sse: 150, subscription: 100 };
const CALLS_A_SECOND = 200;

describe('SIGTERM', () => {
  it('[row 129] under 200 calls a second and with 500 streams loses no call', async () => {
    const { server, load } = await start();
    const sessions = await inBatches(STREAMS.session, () => load.openSession());
    const sse = await inBatches(STREAMS.sse, () => load.openSse());
    const streams: Stream[] = [
      ...(await inBatches(STREAMS.session, (index) => load.openStream(sessions[index] ?? ''))),
      ...sse.map(({ stream }) => stream),
      ...(await inBatches(STREAMS.subscription, () => load.subscribe())),
    ];
    expect(streams).toHaveLength(500);

    const calls: Promise<Fate>[] = [];
    const over = new AbortController();
    const begun = performance.now();
    const driving = (async () => {
      for (let tick = 0; !over.signal.aborted; tick += 1) {
        const due = begun + (tick * 1_000) / CALLS_A_SECOND;
        // Of 20 calls, 14 are of 2026, 4 of 2025 and 2 of 2024.
        const [session, beside] = [sessions[tick % sessions.length] ?? '', sse[tick % sse.length]];
        const kind = tick % 20;
        if (kind < 14 || beside === undefined) calls.push(load.callModern());
        else if (kind < 18) calls.push(load.callInSession(session));
        else calls.push(load.callBesideStream(beside));
        await setTimeout(Math.max(0, due - performance.now()));
      }
    })();
    await setTimeout(3_000);

    const signalled = performance.now();
    server.child.kill('SIGTERM');
    let unready = 0;
    while (unready === 0) if ((await server.readyStatus()) === 503) unready = performance.now() - signalled;
    // A load balancer takes a moment to act upon what its probe has heard.
    await setTimeout(300);
    over.abort();
    await driving;
    const { code, at } = await server.ended;
    const fates = tally(await Promise.all(calls));
    const ends = tally(await Promise.all(streams.map(({ ended }) => ended)));
    const hinted = streams.filter(({ text }) => /^retry: 1\d{3}$/m.test(text())).length;
    process.stdout.write(
      `SIGTERM under load: not ready after ${unready.toFixed(0)} ms, exit ${code} after ${((at - signalled) / 1_000).toFixed(2)} s; ` +
        `calls ${JSON.stringify(fates)}, streams ${JSON.stringify(ends)}, told when to come back: ${hinted}\n`,
    );
    expect(fates).toEqual({ answered: calls.length });
    expect(calls.length).toBeGreaterThan(3 * CALLS_A_SECOND);
    expect(await load.callModern()).toBe('refused');
    expect({ ends, hinted }).toEqual({ ends: { ended: 500 }, hinted: 500 });
    expect(code).toBe(0);
    expect(at - signalled).toBeLessThan(30_000);
    expect(unready).toBeLessThan(1_000);
  }, 90_000);

  it('[row 129] with nothing to do ends at once, after the delay', async () => {
    const { server } = await start({ env: { DRAIN_DELAY_SECONDS: '0' } });
    const signalled = performance.now();
    server.child.kill('SIGTERM');
    const { code, signal, at } = await server.ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(at - signalled).toBeLessThan(2_000);
  });

  it('keeps serving during the delay, ready no more and still alive, then refuses connections', async () => {
    const { server } = await start({ env: { DRAIN_DELAY_SECONDS: '1' } });
    server.child.kill('SIGTERM');
    await expect.poll(() => server.readyStatus()).toBe(503);
    const live = await fetch(`${server.origin}/health/live`);
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
    expect(await (await fetch(`${server.origin}/health/ready`)).json()).toMatchObject({
      details: { server: { status: 'down', message: 'Shutting down' } },
    });
    expect((await server.ended).code).toBe(0);
    await expect(fetch(`${server.origin}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('gives up on calls that take longer than they may, and ends all the same', async () => {
    const { server, load } = await start({ env: { DRAIN_DELAY_SECONDS: '0', DRAIN_TIMEOUT_SECONDS: '0' } });
    const call = load.callModern();
    await setTimeout(200);
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(await call).toMatch(/^lost/);
    expect(server.output()).toContain('process.abandoned');
  });

  it('[row 129] a second time ends the process at once, with a code that says so', async () => {
    const { server, load } = await start({ env: { DRAIN_DELAY_SECONDS: '30' } });
    void load.callModern();
    server.child.kill('SIGTERM');
    await expect.poll(() => server.readyStatus()).toBe(503);
    const signalled = performance.now();
    server.child.kill('SIGTERM');
    const { code, at } = await server.ended;
    expect(code).toBe(1);
    expect(at - signalled).toBeLessThan(500);
  });

  it('is not waited for at a terminal: SIGINT has no delay', async () => {
    const { server } = await start({ env: { DRAIN_DELAY_SECONDS: '30' } });
    server.child.kill('SIGINT');
    const { code } = await server.ended;
    expect(code).toBe(0);
  });
});

describe('a fault that nobody catches', () => {
  it('[row 121] as an exception ends the process with code 1, once the calls of others are answered', async () => {
    const { server, load } = await start();
    const others = [load.callModern(), load.callModern()];
    await setTimeout(300);
    await load.callModern('crash');
    expect((await server.ended).code).toBe(1);
    expect(await Promise.all(others)).toEqual(['answered', 'answered']);
    expect(server.output()).toContain('process.exception');
    expect(server.output()).toContain('thrown by nobody in particular');
  });

  it('[row 121] as a rejected promise is logged and counted, and the process lives', async () => {
    const { server, load } = await start();
    expect([await load.callModern('reject'), await load.callModern('reject')]).toEqual([
      'answered',
      'answered',
    ]);
    await expect.poll(() => server.output()).toMatch(/process\.rejection.*count: 2/);
    expect(await server.readyStatus()).toBe(200);
  });

  it('as a promise that is rejected with what has no text is logged, and the process lives', async () => {
    const { server, load } = await start();
    expect(await load.callModern('rejectNothing')).toBe('answered');
    await expect.poll(() => server.output()).toMatch(/process\.rejection.*cannot be described/);
    expect(await server.readyStatus()).toBe(200);
  });

  it('[row 133] as a log that nobody reads does not end the service', async () => {
    const { server, load } = await start({ env: { LOG_LEVEL: 'verbose' } });
    server.child.stdout?.destroy();
    server.child.stderr?.destroy();
    expect(await load.callModern('reject')).toBe('answered');
    await setTimeout(200);
    expect(await load.callModern('reject')).toBe('answered');
    expect(server.child.exitCode).toBeNull();
  });
});

describe('a server that may open few files', () => {
  it('[row 132] lives through 400 connections at a limit of 256, and serves again within a second', async () => {
    const { server } = await start({ files: 256 });
    const sockets = await Promise.all(
      Array.from({ length: 400 }, () => dial(server.origin).catch(() => undefined)),
    );
    for (const socket of sockets) socket?.on('error', () => undefined).resume();
    await setTimeout(500);
    expect(server.child.exitCode).toBeNull();
    for (const socket of sockets) socket?.destroy();
    const released = performance.now();
    const get = http('GET /health/live HTTP/1.1', 'Host: localhost', 'Connection: close');
    await expect
      .poll(async () => (await talk(server.origin, get)).answers[0]?.status, { timeout: 1_000, interval: 50 })
      .toBe(200);
    expect(performance.now() - released).toBeLessThan(1_000);
  });
});

async function inBatches<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const size = Math.min(25, count - made.length);
    const first = made.length;
    made.push(...(await Promise.all(Array.from({ length: size }, (_, index) => make(first + index)))));
  }
  return made;
}
