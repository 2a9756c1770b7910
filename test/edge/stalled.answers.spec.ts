import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { accessToken } from '../support/oauth.js';
import { MODERN_META, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';
import { NO_LIMITS } from './edge.stack.js';
import { dial, http } from './raw.socket.js';

/** More than the kernel keeps for both ends of a connection. */
const BYTES = 40_000_000;

@Injectable()
class Large {
  @Tool({ name: 'large', description: 'Says a lot.' })
  large() {
    return 'x'.repeat(BYTES);
  }
}

let stack: Stack;
let token: string;
beforeAll(async () => {
  const env = {
    ...NO_LIMITS,
    LIMIT_IN_FLIGHT_PER_PRINCIPAL: '1',
    MCP_RESULT_BYTES: '60000000',
    REQUEST_TIMEOUT_SECONDS: '2',
  };
  stack = await startStack({ env, tools: [Large] });
  token = await accessToken(stack, { resource: '/mcp' });
});
afterAll(() => stack.close());

async function ask(): Promise<Socket> {
  const params = { name: 'large', arguments: {}, _meta: MODERN_META };
  const json = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const socket = await dial(stack.origin);
  socket.on('error', () => undefined);
  socket
    .pause()
    .write(
      http(
        'POST /mcp HTTP/1.1',
        `Host: ${new URL(stack.origin).host}`,
        `Authorization: Bearer ${token}`,
        'Accept: application/json, text/event-stream',
        'Content-Type: application/json',
        `Content-Length: ${json.length}`,
        'MCP-Protocol-Version: 2026-07-28',
        'Mcp-Method: tools/call',
        'Mcp-Name: large',
      ) + json,
    );
  return socket;
}

const list = async () => {
  const { status } = await send(`${stack.origin}/mcp`, 'POST', token, {
    body: { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: MODERN_META } },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
  });
  return status;
};

describe('an answer', { timeout: 90_000 }, () => {
  it('that nobody reads holds its place no longer than it may', async () => {
    const socket = await ask();
    await expect.poll(list, { timeout: 30_000 }).toBe(429);
    await expect.poll(list, { timeout: 60_000, interval: 250 }).toBe(200);
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length)).on('end', () => socket.destroy());
    if (!socket.closed) await once(socket.resume(), 'close');
    expect(bytes).toBeLessThan(BYTES);
  });

  it('that is read slowly arrives as a whole, however long it takes', async () => {
    const socket = await ask();
    const started = performance.now();
    let bytes = 0;
    let step = 0;
    const whole = new Promise<void>((resolve) => {
      socket.on('end', resolve).on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        step += chunk.length;
        if (bytes > BYTES && chunk.subarray(-8).toString('latin1').includes('0\r\n\r\n')) resolve();
        if (step < BYTES / 8) return;
        step = 0;
        socket.pause();
        void setTimeout(400).then(() => socket.resume());
      });
    });
    socket.resume();
    await whole;
    socket.destroy();
    expect(bytes).toBeGreaterThan(BYTES);
    expect(performance.now() - started).toBeGreaterThan(2_000);
    await expect.poll(list, { timeout: 30_000 }).toBe(200);
  });
});
