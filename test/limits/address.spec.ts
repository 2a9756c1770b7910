import { afterEach, describe, expect, it } from 'vitest';
import { listTools, send } from '../support/raw.js';
import { from, type LimitedApp, startLimited } from './limited.app.js';

let app: LimitedApp;
afterEach(() => app.close());

const post = (token: string | undefined, address: string) =>
  send(`${app.origin}/mcp`, 'POST', token, { body: listTools(), headers: from(address) });
const get = (path: string, address: string) =>
  send(`${app.origin}${path}`, 'GET', undefined, { headers: from(address) });
const statuses = async (answers: readonly Promise<{ status: number }>[]) =>
  (await Promise.all(answers)).map(({ status }) => status);

describe('requests from one address, before anybody is known', () => {
  it('are refused beyond the limit, with what a client needs to come back', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '3' });
    for (let n = 0; n < 3; n += 1) expect((await post(undefined, '192.0.2.1')).status).toBe(401);
    const { status, headers, text } = await post(undefined, '192.0.2.1');
    const wait = Number(headers.get('retry-after'));
    expect(status).toBe(429);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit-policy')).toBe('"address";q=3;w=60');
    expect(headers.get('ratelimit')).toBe(`"address";r=0;t=${wait}`);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toEqual({
      error: 'too_many_requests',
      error_description: `Too many requests from this address; try again in ${wait} s`,
    });
  });

  it('are told how many are left', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '3' });
    expect((await post(undefined, '192.0.2.1')).headers.get('ratelimit')).toMatch(/^"address";r=2;t=\d+$/);
    expect((await post(undefined, '192.0.2.1')).headers.get('ratelimit')).toMatch(/^"address";r=1;t=\d+$/);
  });

  it('do not cost anybody at another address', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1' });
    await post(undefined, '192.0.2.1');
    expect((await post(undefined, '192.0.2.1')).status).toBe(429);
    expect((await post('alice', '192.0.2.2')).status).not.toBe(429);
  });

  it('count together for one /64 of IPv6, and apart for the next', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1' });
    expect((await post(undefined, '2001:db8:0:1::1')).status).toBe(401);
    expect((await post(undefined, '2001:db8:0:1:ffff:ffff:ffff:ffff')).status).toBe(429);
    expect((await post(undefined, '2001:db8:0:2::1')).status).toBe(401);
  });

  it('count on paths that are no route, and are refused there in the form of OAuth errors', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1' });
    expect((await get('/.env', '192.0.2.1')).status).toBe(404);
    const { status, headers, text } = await get('/admin', '192.0.2.1');
    expect(status).toBe(429);
    expect(JSON.parse(text)).toEqual({
      error: 'too_many_requests',
      error_description: `Too many requests from this address; try again in ${headers.get('retry-after')} s`,
    });
  });

  it.each(['/mcp', '/mcp/sse', '/mcp/messages', '/sse', '/messages?sessionId=x'])(
    'are refused at %s in the same form: nothing of a message has been read, and so no id',
    async (path) => {
      app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1' });
      await get(path, '192.0.2.1');
      const { status, text } = await get(path, '192.0.2.1');
      expect(status).toBe(429);
      expect(JSON.parse(text)).toHaveProperty('error', 'too_many_requests');
    },
  );

  it('are not counted where an orchestrator asks for our health', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1', LIMIT_IN_FLIGHT: '1' });
    await get('/other', '192.0.2.1');
    for (let n = 0; n < 5; n += 1) expect((await get('/health/live', '192.0.2.1')).status).toBe(200);
  });

  it('are not counted for whoever shows a token that has been accepted: a whole office has one address', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '2' });
    await post('alice', '192.0.2.1');
    await post('bob', '192.0.2.1');
    expect(await statuses([post('alice', '192.0.2.1'), post('bob', '192.0.2.1')])).not.toContain(429);
    for (let n = 0; n < 2; n += 1) expect((await post(undefined, '192.0.2.1')).status).toBe(401);
    expect((await post(undefined, '192.0.2.1')).status).toBe(429);
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
  });

  it('are not counted for 400 users of one hosted agent, whose tokens are all new', async () => {
    app = await startLimited();
    const seen = await statuses(Array.from({ length: 400 }, (_, n) => post(`user${n}`, '192.0.2.1')));
    expect(seen.filter((status) => status === 429 || status === 503)).toEqual([]);
  });
});

describe('refused tokens from one address', () => {
  it(
    '[row 38] are checked one after the other beyond the limit, and only so many wait for it',
    { timeout: 30_000 },
    async () => {
      app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '5' });
      const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => post(`bad${n}`, '192.0.2.1')));
      const refused = answers.filter(({ status }) => status === 429);
      // 16 run at once before the first is refused, one runs after that, 64 wait.
      expect(app.doorman.looked).toBeLessThanOrEqual(16 + 1 + 64);
      expect(refused).toHaveLength(200 - app.doorman.looked);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(app.doorman.looked);
      for (const { headers, text } of refused) {
        expect(headers.get('ratelimit-policy')).toBe('"failures";q=5;w=60');
        expect(headers.get('ratelimit')).toBe('"failures";r=0;t=10');
        expect(headers.get('retry-after')).toBe('10');
        expect(text).toContain('Too many refused access tokens from this address; try again in 10 s');
      }
    },
  );

  it('cost no neighbour a request: neither one whose token is known, nor one whose token is new', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '30' });
    await post('alice', '192.0.2.1');
    for (let n = 0; n < 31; n += 1) expect((await post(`bad${n}`, '192.0.2.1')).status).toBe(401);
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
    expect((await post(undefined, '192.0.2.1')).status).toBe(401);
    const others = Array.from({ length: 50 }, (_, n) => post(`user${n}`, '192.0.2.1'));
    expect((await statuses(others)).filter((status) => status === 429 || status === 503)).toEqual([]);
    expect((await post('bob', '192.0.2.2')).status).not.toBe(429);
  });

  it('of one form do not hold up those of the other: 120 new JWTs pass a flood of opaque tokens', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '5' });
    const flood = Array.from({ length: 100 }, (_, n) => post(`bad${n}`, '192.0.2.1'));
    await expect.poll(() => app.doorman.looked).toBeGreaterThan(5);
    const jwts = Array.from({ length: 120 }, (_, n) => post(`eyJhbGciOiJ9.e30.user${n}`, '192.0.2.1'));
    expect((await statuses(jwts)).filter((status) => status === 429 || status === 503)).toEqual([]);
    await Promise.all(flood);
  });

  it('that are malformed are counted as requests without one: the guard refuses them unchecked', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '2' });
    const malformed = async (authorization: string) => {
      const headers = { Authorization: authorization, ...from('192.0.2.1') };
      return (await send(`${app.origin}/mcp`, 'POST', undefined, { body: listTools(), headers })).status;
    };
    expect([await malformed('Basic YTpi'), await malformed('Bearer bad token')]).toEqual([401, 401]);
    expect(await malformed('Bearer bad, Bearer worse')).toBe(429);
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
  });

  it('leave the failures of an address alone when they are found good', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '1' });
    let decide: () => void = () => undefined;
    app.doorman.verdict = new Promise((resolve) => {
      decide = resolve;
    });
    const waiting = Array.from({ length: 16 }, (_, n) => post(`user${n}`, '192.0.2.1'));
    await expect.poll(() => app.doorman.looked).toBe(16);
    decide();
    expect((await statuses(waiting)).filter((status) => status === 429)).toEqual([]);
  });

  it('are not what requests without a token are', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '1' });
    const bare = Array.from({ length: 10 }, () => post(undefined, '192.0.2.1'));
    expect(new Set(await statuses(bare))).toEqual(new Set([401]));
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
  });

  it('count although the client goes before the verdict', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '3' });
    let decide: () => void = () => undefined;
    app.doorman.verdict = new Promise((resolve) => {
      decide = resolve;
    });
    for (let n = 1; n <= 3; n += 1) {
      const abort = new AbortController();
      const headers = { Authorization: `Bearer bad${n}`, ...from('192.0.2.1') };
      const gone = fetch(`${app.origin}/mcp`, { headers, signal: abort.signal }).catch(() => undefined);
      await expect.poll(() => app.doorman.looked).toBe(n);
      abort.abort();
      await gone;
    }
    await expect.poll(() => app.doorman.gone).toBe(3);
    const waiting = [4, 5, 6].map((n) => post(`bad${n}`, '192.0.2.1'));
    await expect.poll(() => app.doorman.looked).toBe(4);
    // One after the other, and the first of them still waits for its verdict.
    await post(undefined, '192.0.2.1');
    expect(app.doorman.looked).toBe(4);
    decide();
    expect(await statuses(waiting)).toEqual([401, 401, 401]);
  });
});

describe('a node', () => {
  it('answers no more requests at once than it is allowed to: the rest get 503', async () => {
    app = await startLimited({ LIMIT_IN_FLIGHT: '2' });
    let decide: () => void = () => undefined;
    app.doorman.verdict = new Promise((resolve) => {
      decide = resolve;
    });
    const waiting = [post('alice', '192.0.2.1'), post('bob', '192.0.2.2')];
    await expect.poll(() => app.doorman.looked).toBe(2);
    const { status, headers, text } = await post('carol', '192.0.2.3');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(headers.get('ratelimit-policy')).toBe('"server";q=2;qu="concurrent-requests"');
    expect(headers.get('ratelimit')).toBe('"server";r=0;t=1');
    expect(JSON.parse(text)).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'The server is busy; try again in 1 s',
    });
    const other = await get('/other', '192.0.2.3');
    expect(JSON.parse(other.text)).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'The server is busy; try again in 1 s',
    });
    decide();
    expect(await statuses(waiting)).not.toContain(503);
    await expect.poll(async () => (await post('carol', '192.0.2.3')).status).not.toBe(503);
  });
});
