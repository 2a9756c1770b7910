import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { accessToken } from '../support/oauth.js';
import { initialize, listTools, MODERN_META, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

@Injectable()
class Spinner {
  @Tool({ name: 'spin', description: 'Computes for 1.5 s without awaiting.' })
  spin() {
    const end = performance.now() + 1_500;
    while (performance.now() < end);
    return 'dizzy';
  }
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ tools: [Spinner] });
});
afterAll(() => stack.close());

const ready = async () => {
  const { status, text } = await send(`${stack.origin}/health/ready`, 'GET', undefined);
  return { status, server: JSON.parse(text).details.server };
};

it('[row 126] a tool that holds up everybody takes the server out of traffic, until that is over', async () => {
  const token = await accessToken(stack, { resource: '/mcp' });
  const session = await initialize(stack.origin, token);
  await expect.poll(async () => (await ready()).status, { timeout: 15_000 }).toBe(200);
  expect((await ready()).server).toEqual({ status: 'up', eventLoopDelayMs: expect.any(Number) });

  const spun = await send(`${stack.origin}/mcp`, 'POST', token, {
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'spin', _meta: MODERN_META } },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'spin' },
  });
  expect(spun.text).toContain('dizzy');
  const { status, server } = await ready();
  expect({ status, server }).toEqual({
    status: 503,
    server: {
      status: 'down',
      message: 'Something holds up this process',
      eventLoopDelayMs: expect.any(Number),
    },
  });
  expect(server.eventLoopDelayMs).toBeGreaterThan(1_000);

  await expect.poll(async () => (await ready()).status, { timeout: 30_000, interval: 250 }).toBe(200);
  // Nobody's session has been taken for idle meanwhile.
  const headers = { 'Mcp-Session-Id': session };
  expect((await send(`${stack.origin}/mcp`, 'POST', token, { body: listTools(), headers })).status).toBe(200);
}, 60_000);
