import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoggedLines } from '../support/logged.lines.js';
import { listTools, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';
import { from } from './limited.app.js';

let stack: Stack;
const lines: string[] = [];
beforeAll(async () => {
  stack = await startStack({ env: { LIMIT_REQUESTS_PER_ADDRESS: '2', TRUST_PROXY: 'loopback' } });
  Logger.overrideLogger(new LoggedLines(lines));
});
afterAll(() => stack.close());

const statuses = async (...addresses: readonly string[]) => {
  const seen: number[] = [];
  for (const address of addresses) {
    const { status } = await send(`${stack.origin}/mcp`, 'POST', undefined, {
      body: listTools(),
      headers: from(address),
    });
    seen.push(status);
  }
  return seen;
};

it('counts each client of a gateway that adds ports by its address', async () => {
  expect(await statuses('203.0.113.7:1', '203.0.113.7:2', '203.0.113.7:3')).toEqual([401, 401, 429]);
  expect(await statuses('203.0.113.8:1', '203.0.113.8')).toEqual([401, 401]);
});

it('counts IPv6 clients of such a gateway by /64', async () => {
  expect(await statuses('[2001:db8::1]:443', '[2001:db8::2]:444', '2001:db8::3')).toEqual([401, 401, 429]);
  expect(await statuses('[2001:db8:0:1::1]:443')).toEqual([401]);
});

it('counts what has no readable address for the proxy, and warns once a minute', async () => {
  expect(lines.filter((line) => line.includes('unreadable'))).toEqual([]);
  expect(await statuses('unknown', '_a', 'x:1')).toEqual([401, 401, 429]);
  const warnings = lines.filter((line) => line.startsWith('["warn"') && line.includes('unreadable'));
  expect(warnings).toEqual(['["warn",{"event":"forwarded.address_unreadable","count":1},"Edge"]']);
});
