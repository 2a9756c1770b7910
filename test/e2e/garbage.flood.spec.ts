import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { listTools, MODERN_META, type RawAnswer, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

const LIST = {
  body: { ...listTools(), params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};
const ROUNDS = 6;
const FORGED_PER_ROUND = 100;
const GOOD_PER_ROUND = 10;

let stack: Stack;

beforeAll(async () => {
  // Without limits by address: a botnet has many.
  const many = '1000000';
  stack = await startStack({
    env: {
      LIMIT_REQUESTS_PER_ADDRESS: many,
      LIMIT_FAILURES_PER_ADDRESS: many,
      LIMIT_REQUESTS_PER_PRINCIPAL: many,
      LIMIT_IN_FLIGHT: many,
      // The flood is longer than a verdict is remembered: known tokens have to be looked at again in the midst of it.
      AUTH_CACHE_SECONDS: '1',
    },
  });
});
afterAll(() => stack.close());

const list = (token: string): Promise<RawAnswer> => send(`${stack.origin}/mcp`, 'POST', token, LIST);
const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));

it('[row 38] a flood of forged signatures on perfect claims fails nobody whose token is known, and asks Logto nothing', async () => {
  const good = await accessToken(stack, { resource: '/mcp' });
  expect((await list(good)).status).toBe(200);
  stack.logto.reset();
  // Right issuer, audience, client, key and algorithm; each a token of its own, which no cache knows.
  const perfect = good.slice(0, good.lastIndexOf('.'));
  const forged = () => `${perfect}.${randomBytes(96).toString('base64url')}`;
  const bad: RawAnswer[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const flood = times(FORGED_PER_ROUND, () => list(forged()));
    const statuses = await times(GOOD_PER_ROUND, async () => (await list(good)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    bad.push(...(await flood));
  }
  expect(bad).toHaveLength(ROUNDS * FORGED_PER_ROUND);
  const told = bad.map(({ status, headers, text }) => [
    status,
    headers.get('retry-after'),
    JSON.parse(text).error,
  ]);
  // Not looked at, for want of a core, is not refused.
  const others = told.filter(([status]) => status !== 503);
  expect(new Set(others.map(String))).toEqual(new Set(['401,,invalid_token']));
  const unseen = told.filter(([status]) => status === 503);
  expect(unseen.filter((one) => String(one) !== '503,1,temporarily_unavailable')).toEqual([]);
  expect(stack.logto.count('/jwks')).toBe(0);
  // The flood over, a token that nobody has seen yet is looked at again.
  expect((await list(await accessToken(stack, { user: 'bob', resource: '/mcp' }))).status).toBe(200);
});
