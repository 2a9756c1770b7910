import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Drain } from './drain.js';
import { stopListening as stop } from './listen.js';

const TIMES = { delayMs: 0, timeoutMs: 2_000 };
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server whose answers the drain knows. */
async function serve(drain: Drain, listener: RequestListener): Promise<string> {
  server = createServer((req, res) => {
    drain.track(res);
    listener(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const stopListening = async () => {
  if (server !== undefined) await stop(server);
};
const nothing = () => Promise.resolve();
const EVENTS = { 'Content-Type': 'text/event-stream', Connection: 'keep-alive' };

describe('a drain', () => {
  it('waits for the answer to a call, says that the connection ends, and lets nobody new in', async () => {
    const drain = new Drain();
    const origin = await serve(drain, (_req, res) => {
      void setTimeout(200).then(() => res.end('answered'));
    });
    const running = fetch(origin, { method: 'POST' });
    await expect.poll(() => drain.running).toBe(1);
    const abandoned = drain.run(stopListening, TIMES);
    expect(drain.draining).toBe(true);
    await setTimeout(50);
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
    const response = await running;
    expect([await response.text(), response.headers.get('connection')]).toEqual(['answered', 'close']);
    expect(await abandoned).toBe(0);
  });

  it('serves until its delay is over', async () => {
    const drain = new Drain();
    const origin = await serve(drain, (_req, res) => void res.end('served'));
    const over = drain.run(stopListening, { ...TIMES, delayMs: 200 });
    const response = await fetch(origin);
    expect([await response.text(), response.headers.get('connection')]).toEqual(['served', 'close']);
    await over;
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
  });

  it('does not wait for a stream, and tells it when to come back', async () => {
    const drain = new Drain();
    const streams: ServerResponse[] = [];
    const origin = await serve(drain, (_req, res) => {
      res.setHeader('X-Set', 'before').writeHead(200, EVENTS).write(': begun\n\n');
      streams.push(res);
    });
    const stream = await fetch(origin);
    expect(drain.running).toBe(0);
    expect(await drain.run(stopListening, TIMES)).toBe(0);
    for (const res of streams) res.end();
    expect(await stream.text()).toMatch(/^: begun\n\nretry: 1\d{3}\n\n$/);
  });

  it('waits for a POST that is answered as a stream: a call ends it', async () => {
    const drain = new Drain();
    const origin = await serve(drain, (_req, res) => {
      res.setHeader('X-Set', 'before').writeHead(200, EVENTS).write(': begun\n\n');
      void setTimeout(200).then(() => res.end('data: done\n\n'));
    });
    const stream = await fetch(origin, { method: 'POST' });
    expect(drain.running).toBe(1);
    expect(await drain.run(stopListening, TIMES)).toBe(0);
    expect(await stream.text()).toContain('data: done');
  });

  it('does not wait for a POST that asks for a subscription', async () => {
    const drain = new Drain();
    const origin = await serve(drain, (_req, res) => {
      res.setHeader('X-Set', 'before').writeHead(200, EVENTS).write(': begun\n\n');
    });
    await fetch(origin, { method: 'POST', headers: { 'Mcp-Method': 'subscriptions/listen' } });
    expect(drain.running).toBe(0);
  });

  it('waits for work that is held, once for each hold', async () => {
    const drain = new Drain();
    const [first, second] = [drain.hold(), drain.hold()];
    first();
    first();
    expect(drain.running).toBe(1);
    const start = performance.now();
    void setTimeout(150).then(second);
    expect(await drain.run(nothing, TIMES)).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it('ends when its time is over, and says how many calls it has left behind', async () => {
    const drain = new Drain();
    drain.hold();
    expect(await drain.run(nothing, { delayMs: 0, timeoutMs: 50 })).toBe(1);
  });
});
