import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../support/chaos.proxy.js';
import { accessToken } from '../support/oauth.js';
import { MODERN_META, type RawAnswer, send } from '../support/raw.js';
import { type Stack, type StackOptions, startStack } from '../support/stack.js';

const LIST = {
  body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};

const UNAVAILABLE = { error: 'temporarily_unavailable', error_description: expect.any(String) };

let stack: Stack;
const start = async (options?: StackOptions) => {
  stack = await startStack(options);
};
afterEach(() => stack.close());

const list = (token: string): Promise<RawAnswer> => send(`${stack.origin}/mcp`, 'POST', token, LIST);
const ready = async () => {
  const { status, text } = await send(`${stack.origin}/health/ready`, 'GET', undefined);
  return {
    status,
    logto: (JSON.parse(text) as { details: { logto: { status: string } } }).details.logto.status,
  };
};

const FAULTS: [string, Fault][] = [
  ['is dead', 'dead'],
  ['does not answer', 'hang'],
  ['answers HTML', 'html'],
  ['answers 500', { status: 500 }],
  ['answers 429', { status: 429 }],
  ['redirects', { status: 302 }],
  ['answers something else', { status: 200, body: '[]' }],
];

describe.each(FAULTS)('while Logto %s', (_what, fault) => {
  it('[row 100] a cold server boots, is alive but not ready, says 401 to no token and 503 to any other, and recovers', async () => {
    await start({ fault });
    expect((await send(`${stack.origin}/health/live`, 'GET', undefined)).status).toBe(200);
    expect(await ready()).toEqual({ status: 503, logto: 'down' });
    const bare = await send(`${stack.origin}/mcp`, 'POST', undefined, LIST);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).not.toContain('error=');
    for (const resource of [undefined, '/mcp']) {
      const began = Date.now();
      const answer = await list(await accessToken(stack, { resource }));
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(JSON.parse(answer.text)).toEqual(UNAVAILABLE);
      expect(Date.now() - began).toBeLessThan(3_000);
    }
    stack.logto.fault = 'none';
    await expect.poll(ready, { timeout: 15_000, interval: 100 }).toEqual({ status: 200, logto: 'up' });
    expect((await list(await accessToken(stack, { resource: '/mcp' }))).status).toBe(200);
  });

  it('[row 100] a warm server goes on serving whom it knows, new JWTs too, and says 503 to a new opaque token', async () => {
    await start();
    const known = await accessToken(stack);
    const fresh = await accessToken(stack);
    const jwt = await accessToken(stack, { resource: '/mcp' });
    expect((await list(known)).status).toBe(200);
    stack.logto.fault = fault;
    expect((await list(known)).status).toBe(200);
    expect((await list(jwt)).status).toBe(200);
    const answer = await list(fresh);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    stack.logto.fault = 'none';
    expect((await list(fresh)).status).toBe(200);
  });
});

it('is degraded, not down, while it lives on what Logto said last', async () => {
  await start({ env: { LOGTO_REFRESH_SECONDS: '5' } });
  expect(await ready()).toEqual({ status: 200, logto: 'up' });
  stack.logto.fault = 'dead';
  await expect.poll(ready, { timeout: 12_000, interval: 250 }).toEqual({ status: 200, logto: 'degraded' });
});

it('[row 49] [row 99] waits no longer for a slow Logto than LOGTO_TIMEOUT_MS', async () => {
  await start({ env: { LOGTO_TIMEOUT_MS: '300' } });
  const token = await accessToken(stack);
  stack.logto.fault = { delayMs: 5_000 };
  const began = Date.now();
  expect((await list(token)).status).toBe(503);
  expect(Date.now() - began).toBeLessThan(1_500);
});

it("tells a tool's caller, and not the bearer challenge, that claims cannot be read now", async () => {
  await start();
  const token = await accessToken(stack, { resource: '/mcp' });
  stack.logto.fault = 'dead';
  const { status, text } = await send(`${stack.origin}/mcp`, 'POST', token, {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'whoami', arguments: {}, _meta: MODERN_META },
    },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'whoami' },
  });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('Try again in a few seconds') }] },
  });
});
