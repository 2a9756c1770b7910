import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INITIALIZE } from '../support/raw.js';
import { type EdgeStack, startEdge } from './edge.stack.js';
import { dial, http, talk } from './raw.socket.js';

let edge: EdgeStack;

beforeAll(async () => {
  edge = await startEdge({
    HEADERS_TIMEOUT_SECONDS: '1',
    REQUEST_TIMEOUT_SECONDS: '2',
  });
});
afterAll(() => edge.close());

/** Sends a byte now and then until the server has had enough. */
async function drip(socket: Socket, text: string, pauseMs: number): Promise<number> {
  const start = performance.now();
  socket.on('error', () => undefined);
  socket.once('end', () => socket.destroy());
  socket.resume();
  for (let at = 0; !socket.closed && performance.now() - start < 10_000; at += 1) {
    socket.write(text[at % text.length] ?? '');
    await setTimeout(pauseMs);
  }
  socket.destroy();
  return performance.now() - start;
}

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;

describe('clients that take their time', () => {
  it('[row 13] with their headers are gone when the time is over, and 500 of them hold nobody up', async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => dial(edge.origin)));
    for (const socket of sockets) socket.write(`GET /mcp HTTP/1.1\r\nHost: ${edge.authority}\r\n`);
    const gone = Promise.all(sockets.map((socket) => drip(socket, 'X-A: b\r\n', 250)));
    const waits: number[] = [];
    for (let count = 0; count < 50; count += 1) {
      const start = performance.now();
      expect((await fetch(`${edge.origin}/health/live`)).status).toBe(200);
      waits.push(performance.now() - start);
      await setTimeout(20);
    }
    const lives = await gone;
    process.stdout.write(
      `500 slow heads: others p99 ${percentile(waits, 0.99).toFixed(1)} ms, last gone after ${Math.max(...lives).toFixed(0)} ms\n`,
    );
    // The limit is 1 s, and Node looks three times in it.
    expect(Math.max(...lives)).toBeLessThan(3_000);
    expect(Math.min(...lives)).toBeGreaterThan(900);
    expect(percentile(waits, 0.9)).toBeLessThan(100);
  });

  it('[row 14] with a body of one byte a second are answered 408, and the connection closed', async () => {
    const socket = await dial(edge.origin);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.write(
      http(
        'POST /mcp HTTP/1.1',
        `Host: ${edge.authority}`,
        `Authorization: Bearer ${edge.token}`,
        'Content-Type: application/json',
        'Content-Length: 1000',
      ),
    );
    const ms = await drip(socket, ' ', 1_000);
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toContain('"error":"request_timeout"');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(ms).toBeLessThan(4_500);
  });

  it('[row 14] do not end a call whose body is in, however long it runs', async () => {
    const body = JSON.stringify(INITIALIZE);
    const { answers } = await talk(
      edge.origin,
      http(
        'POST /mcp HTTP/1.1',
        `Host: ${edge.authority}`,
        `Authorization: Bearer ${edge.token}`,
        'Accept: application/json, text/event-stream',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ) + body,
    );
    const session = answers[0]?.headers['mcp-session-id'] ?? '';
    const stream = await talk(
      edge.origin,
      http(
        'GET /mcp HTTP/1.1',
        `Host: ${edge.authority}`,
        `Authorization: Bearer ${edge.token}`,
        'Accept: text/event-stream',
        `Mcp-Session-Id: ${session}`,
      ),
      { ms: 3_500, toTheEnd: true },
    );
    expect(stream.text).toMatch(/^HTTP\/1\.1 200 /);
    expect(stream.closed).toBe(false);
  });
});
