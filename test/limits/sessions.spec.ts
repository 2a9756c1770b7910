import { afterEach, describe, expect, it } from 'vitest';
import { INITIALIZE, initialize, listTools, openStream, send } from '../support/raw.js';
import { type LimitedApp, startLimited } from './limited.app.js';

let app: LimitedApp;
afterEach(() => app.close());

const UNLIMITED = { LIMIT_REQUESTS_PER_PRINCIPAL: '1000000', LIMIT_REQUESTS_PER_ADDRESS: '1000000' };
const open = (token: string) => send(`${app.origin}/mcp`, 'POST', token, { body: INITIALIZE });

/** Does something for each number, a few at a time, as a flood would. */
async function flood<T>(size: number, one: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const width = 16;
  for (let n = 0; n < size; n += width) {
    results.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(width, size - n) }, (_, offset) => one(n + offset)),
      )),
    );
  }
  return results;
}

const tally = (statuses: readonly number[]): Record<number, number> =>
  Object.fromEntries([...new Set(statuses)].map((one) => [one, statuses.filter((s) => s === one).length]));

describe('[row 61] a flood of initialize', () => {
  it('of one principal leaves it its cap, takes its own oldest sessions, and nobody else loses one', async () => {
    app = await startLimited(UNLIMITED, [], { maxPerPrincipal: 5 });
    const bobs = await initialize(app.origin, 'bob');
    let most = 0;
    const statuses = await flood(500, async () => {
      const { status } = await open('mallory');
      most = Math.max(most, app.registry.size);
      return status;
    });
    expect(tally(statuses)).toEqual({ 200: 500 });
    expect(most).toBeLessThanOrEqual(6);
    expect(app.registry.size).toBe(6);
    const answer = await send(`${app.origin}/mcp`, 'POST', 'bob', {
      body: listTools(),
      headers: { 'Mcp-Session-Id': bobs },
    });
    expect(answer.status).toBe(200);
  });

  it('of one principal ends at its requests a minute', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_PRINCIPAL: '50' }, [], { maxPerPrincipal: 5 });
    const statuses = await flood(200, async () => (await open('mallory')).status);
    expect(tally(statuses)).toEqual({ 200: 50, 429: 150 });
    expect(app.registry.size).toBe(5);
    expect((await open('bob')).status).toBe(200);
  });

  it('of one principal whose sessions are all in use is 429, with all that a 429 has', async () => {
    app = await startLimited({ ...UNLIMITED, LIMIT_STREAMS_PER_PRINCIPAL: '10' }, [], { maxPerPrincipal: 2 });
    const streams = await Promise.all(
      [1, 2].map(async () =>
        openStream(`${app.origin}/mcp`, 'mallory', {
          'Mcp-Session-Id': await initialize(app.origin, 'mallory'),
        }),
      ),
    );
    const { status, headers, text } = await open('mallory');
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('60');
    expect(headers.get('ratelimit')).toContain('"principal";r=');
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: -32000 } });
    for (const stream of streams) stream.close();
  });

  it('of many principals never passes the cap of the node: the rest get 503 and when to come back', async () => {
    app = await startLimited(UNLIMITED, [], { max: 50 });
    let most = 0;
    const answers = await flood(300, async (n) => {
      const answer = await open(`user-${n}`);
      most = Math.max(most, app.registry.size);
      return answer;
    });
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 50, 503: 250 });
    expect(most).toBe(50);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.every(({ headers }) => headers.get('retry-after') === '60')).toBe(true);
    expect(refused.every(({ headers }) => headers.get('ratelimit') !== null)).toBe(true);
  });
});

describe('[row 62] an initialize that is refused', () => {
  const { params } = INITIALIZE;
  it.each([
    ['a body that is no JSON', { body: '{' }, 400],
    ['a body that is no message', { body: [] }, 400],
    ['no id', { body: { jsonrpc: '2.0', method: 'initialize', params } }, 400],
    ['no params', { body: { jsonrpc: '2.0', id: 1, method: 'initialize' } }, 400],
    ['capabilities that are none', { body: { ...INITIALIZE, params: { ...params, capabilities: 1 } } }, 400],
    ['an Accept that takes no stream', { body: INITIALIZE, headers: { Accept: 'application/json' } }, 406],
    [
      'a revision that nobody speaks',
      { body: INITIALIZE, headers: { 'MCP-Protocol-Version': '1999-01-01' } },
      400,
    ],
    ['another media type', { body: INITIALIZE, headers: { 'Content-Type': 'text/plain' } }, 415],
    ['a batch', { body: [INITIALIZE, listTools()] }, 400],
  ] as const)('for %s leaves no session, however often', async (_why, options, expected) => {
    app = await startLimited(UNLIMITED);
    const statuses = await flood(200, async (n) => {
      const { status } = await send(`${app.origin}/mcp`, 'POST', `user-${n % 10}`, options);
      return status;
    });
    expect(tally(statuses)).toEqual({ [expected]: 200 });
    expect(app.registry.size).toBe(0);
  });
});
