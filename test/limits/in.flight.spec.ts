import { afterEach, describe, expect, it } from 'vitest';
import { initialize, listTools, MODERN_META, send } from '../support/raw.js';
import { type LimitedApp, startLimited } from './limited.app.js';
import { GateTool } from './tools.js';

let app: LimitedApp;
afterEach(() => app.close());

const call = { name: 'wait', arguments: {} };
const ENV = {
  LIMIT_IN_FLIGHT: '4',
  LIMIT_IN_FLIGHT_PER_PRINCIPAL: '2',
  LIMIT_CALLS_PER_PRINCIPAL: '10',
};

/** A request in each era whose answer waits for its call. In 2024 the POST is answered before the call runs. */
const WAYS = {
  '2025': async (token: string) => {
    const headers = { 'Mcp-Session-Id': await initialize(app.origin, token) };
    return (method: string, params: object = {}) =>
      send(`${app.origin}/mcp`, 'POST', token, {
        body: { jsonrpc: '2.0', id: Math.random().toString(36), method, params },
        headers,
      });
  },
  '2026':
    async (token: string) =>
    (method: string, params: object = {}) =>
      send(`${app.origin}/mcp`, 'POST', token, {
        body: { jsonrpc: '2.0', id: 2, method, params: { ...params, _meta: MODERN_META } },
        headers: {
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': method,
          ...('name' in params && { 'Mcp-Name': String(params.name) }),
        },
      }),
};

describe.each(Object.entries(WAYS))('the requests of %s that a node answers at once', (_revision, open) => {
  it('are shared out: one principal cannot take the places of all', async () => {
    app = await startLimited(ENV, [GateTool]);
    const gate = app.get(GateTool);
    const alice = await open('alice');
    const bob = await open('bob');
    const running = [alice('tools/call', call), alice('tools/call', call)];
    await expect.poll(() => gate.running).toBe(2);

    const flood = await Promise.all(Array.from({ length: 20 }, () => alice('tools/list')));
    expect(flood.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 429));
    expect(flood[0]?.headers.get('retry-after')).toBe('1');
    expect(flood[0]?.headers.get('ratelimit-policy')).toBe('"requests";q=2;qu="concurrent-requests"');
    expect(JSON.parse(flood[0]?.text ?? '')).toEqual({
      error: 'too_many_requests',
      error_description: 'Too many requests of this user and client at once; try again in 1 s',
    });
    expect((await bob('tools/list')).status).toBe(200);

    gate.open();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await alice('tools/list')).status).toBe(200);
  });
});

it('a request that is refused for whatever reason gives its share back', async () => {
  app = await startLimited({ ...ENV, LIMIT_IN_FLIGHT_PER_PRINCIPAL: '1' });
  for (const body of ['{', '[]', '5', JSON.stringify(listTools())]) {
    for (let n = 0; n < 3; n += 1) {
      expect((await send(`${app.origin}/mcp`, 'POST', 'alice', { body })).status).toBe(400);
    }
  }
});
