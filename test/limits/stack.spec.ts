import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { listTools, MODERN_META, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';
import { from } from './limited.app.js';

let stack: Stack;
afterEach(() => stack.close());

const list = (token: string | undefined, headers: Record<string, string> = {}) =>
  send(`${stack.origin}/mcp`, 'POST', token, {
    body: { ...listTools(), params: { _meta: MODERN_META } },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list', ...headers },
  });
/** The status of the same request, from a client that has no time limit of its own, however many ask at once. */
const patientList = (token: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      Authorization: `Bearer ${token}`,
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/list',
    };
    request(`${stack.origin}/mcp`, { method: 'POST', agent: false, headers }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode));
    })
      .once('error', reject)
      .end(JSON.stringify({ ...listTools(), params: { _meta: MODERN_META } }));
  });
const garbage = (n: number) => `garbage${n}`.padEnd(43, 'x');
const asked = () => stack.logto.count('/introspection') + stack.logto.count('/me');

describe('the whole server', () => {
  it('[row 38] lets no flood of unknown tokens through to Logto beyond what one address may try', async () => {
    stack = await startStack({ env: { LIMIT_FAILURES_PER_ADDRESS: '10' } });
    const good = await accessToken(stack, { user: 'alice' });
    expect((await list(good)).status).toBe(200);
    stack.logto.reset();
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => (await list(garbage(n))).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(190);
    expect(asked()).toBeGreaterThan(0);
    expect(asked()).toBeLessThanOrEqual(20);
    // From the same address, during the flood.
    expect((await list(good)).status).toBe(200);
  });

  it('keeps a flood without a token away from the guard, and the metadata within reach', async () => {
    stack = await startStack({ env: { LIMIT_REQUESTS_PER_ADDRESS: '5' } });
    stack.logto.reset();
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await list(undefined)).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(45);
    expect(asked()).toBe(0);
    const metadata = `${stack.origin}/.well-known/oauth-protected-resource/mcp`;
    expect((await send(metadata, 'GET', undefined)).status).toBe(200);
    for (const probe of ['live', 'ready']) {
      expect((await send(`${stack.origin}/health/${probe}`, 'GET', undefined)).status).toBe(200);
    }
  });

  it('counts behind the guard: a principal that has had enough costs nobody else a request', async () => {
    stack = await startStack({ env: { LIMIT_REQUESTS_PER_PRINCIPAL: '3' } });
    const alice = await accessToken(stack, { user: 'alice', resource: '/mcp' });
    const again = await accessToken(stack, { user: 'alice', resource: '/mcp' });
    const bob = await accessToken(stack, { user: 'bob', resource: '/mcp' });
    for (let n = 0; n < 3; n += 1) expect((await list(alice)).status).toBe(200);
    expect((await list(alice)).status).toBe(429);
    // Another token of the same user and client is the same principal.
    expect((await list(again)).status).toBe(429);
    expect((await list(bob)).status).toBe(200);
  });

  it('[row 94] takes no address from X-Forwarded-For unless a trusted proxy wrote it', async () => {
    stack = await startStack({ env: { LIMIT_REQUESTS_PER_ADDRESS: '3' } });
    const statuses: number[] = [];
    for (let n = 1; n <= 5; n += 1) statuses.push((await list(undefined, from(`192.0.2.${n}`))).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await stack.close();
    stack = await startStack({ env: { LIMIT_REQUESTS_PER_ADDRESS: '3', TRUST_PROXY: 'loopback' } });
    for (let n = 1; n <= 5; n += 1) {
      expect((await list(undefined, from(`192.0.2.${n}`))).status).toBe(401);
    }
  });

  it.each([
    ['a JWT', { resource: '/mcp' }, 0],
    ['an opaque token', {}, 1],
  ])(
    '[row 102] answers 1,000 cold requests with %s after asking Logto no more than once for each thing',
    { timeout: 60_000 },
    async (_kind, grant, questions) => {
      stack = await startStack({
        env: {
          LIMIT_REQUESTS_PER_ADDRESS: '2000',
          LIMIT_FAILURES_PER_ADDRESS: '2000',
          LIMIT_REQUESTS_PER_PRINCIPAL: '2000',
          LIMIT_IN_FLIGHT: '2000',
          HEADERS_TIMEOUT_SECONDS: '60',
          REQUEST_TIMEOUT_SECONDS: '60',
          LIMIT_IN_FLIGHT_PER_PRINCIPAL: '2000',
          MAX_CONNECTIONS_PER_ADDRESS: '8000',
        },
      });
      const token = await accessToken(stack, { user: 'alice', ...grant });
      stack.logto.reset();
      const statuses = await Promise.all(Array.from({ length: 1_000 }, () => patientList(token)));
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(stack.logto.count('/introspection')).toBe(questions);
      expect(stack.logto.count('/me')).toBe(questions);
      expect(stack.logto.count('/jwks')).toBe(0);
    },
  );

  it('[row 102] refuses what is beyond a node that was given less room, and recovers', async () => {
    stack = await startStack({
      env: {
        LIMIT_REQUESTS_PER_ADDRESS: '2000',
        LIMIT_FAILURES_PER_ADDRESS: '2000',
        LIMIT_IN_FLIGHT: '20',
        LIMIT_IN_FLIGHT_PER_PRINCIPAL: '20',
        LOGTO_TIMEOUT_MS: '20000',
      },
    });
    const token = await accessToken(stack, { user: 'alice' });
    // Longer than 300 requests need to arrive.
    stack.logto.fault = { delayMs: 3000 };
    const answers = await Promise.all(Array.from({ length: 300 }, () => list(token)));
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(200);
    expect(busy.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    stack.logto.fault = 'none';
    expect((await list(token)).status).toBe(200);
  });
});
