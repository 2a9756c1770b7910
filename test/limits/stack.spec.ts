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
  it(
    '[row 38] lets no flood of unknown tokens through to Logto, and every good token of the same address',
    { timeout: 60_000 },
    async () => {
      stack = await startStack({
        env: { LIMIT_FAILURES_PER_ADDRESS: '10', LIMIT_REQUESTS_PER_PRINCIPAL: '1000' },
      });
      const good = await accessToken(stack, { user: 'alice' });
      expect((await list(good)).status).toBe(200);
      const fresh = await accessToken(stack, { user: 'bob', resource: '/mcp' });
      stack.logto.reset();
      const flood = Array.from({ length: 200 }, async (_, n) => (await list(garbage(n))).status);
      await expect.poll(asked).toBeGreaterThan(10);
      // From the same address, during the flood.
      expect((await list(good)).status).toBe(200);
      expect((await list(fresh)).status).toBe(200);
      const statuses = await Promise.all(flood);
      const looked = statuses.filter((status) => status === 401).length;
      expect(looked).toBeLessThanOrEqual(10 + 16 + 1 + 64);
      expect(statuses.filter((status) => status === 429)).toHaveLength(200 - looked);
      // Introspection is asked once for each token, and nothing else for one that is not active.
      expect(asked()).toBeLessThanOrEqual(looked);
    },
  );

  it(
    'accepts 120 good JWTs at once from an address that has sent 31 bad ones',
    { timeout: 60_000 },
    async () => {
      stack = await startStack();
      const tokens = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          accessToken(stack, { user: n % 2 === 0 ? 'alice' : 'bob', resource: '/mcp' }),
        ),
      );
      for (let n = 0; n < 31; n += 1) {
        const forged = `${tokens[0]?.slice(0, -4)}${String(1000 + n)}`;
        expect((await list(forged)).status).toBe(401);
      }
      const statuses = await Promise.all(
        Array.from({ length: 120 }, (_, n) => patientList(tokens[n % tokens.length] ?? '')),
      );
      expect(statuses.filter((status) => status === 503 || status === 401)).toEqual([]);
    },
  );

  it.each(['/webhooks/logto', '/register', '/nowhere', '/mcp/nowhere', '/.well-known/nowhere'])(
    'counts requests with a known token by address at %s, where nobody looks at it',
    async (path) => {
      stack = await startStack({
        env: {
          LIMIT_REQUESTS_PER_ADDRESS: '5',
          LOGTO_WEBHOOK_SIGNING_KEY: 'signing-key-of-the-webhook',
          REGISTRATION: 'open',
        },
      });
      const token = await accessToken(stack, { user: 'alice', resource: '/mcp' });
      for (let n = 0; n < 10; n += 1) expect((await list(token)).status).toBe(200);
      const seen: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        seen.push((await send(stack.origin + path, 'POST', token, { body: {} })).status);
      }
      expect(seen.slice(0, 5)).not.toContain(429);
      expect(seen.slice(5)).toEqual([429, 429]);
      const { headers, text } = await send(stack.origin + path, 'POST', token, { body: {} });
      expect(headers.get('ratelimit-policy')).toBe('"address";q=5;w=60');
      expect(text).toContain('Too many requests from this address; try again in ');
      expect((await list(token)).status).toBe(200);
      expect((await send(`${stack.origin}/health/live`, 'GET', token)).status).toBe(200);
    },
  );

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
