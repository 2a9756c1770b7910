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
      jsonrpc: '2.0',
      id: null,
      error: {
        code: -32000,
        message: `Too many requests from this address; try again in ${wait} s`,
        data: { retryAfterSeconds: wait },
      },
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
    'are refused in JSON-RPC at %s',
    async (path) => {
      app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1' });
      await get(path, '192.0.2.1');
      const { status, text } = await get(path, '192.0.2.1');
      expect(status).toBe(429);
      expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } });
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
    expect((await post('carol', '192.0.2.1')).status).toBe(429);
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
  });
});

describe('refused tokens from one address', () => {
  it('[row 38] are no longer looked at beyond the limit, however many come at once', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_ADDRESS: '1000', LIMIT_FAILURES_PER_ADDRESS: '5' });
    const flood = Array.from({ length: 100 }, (_, n) => post(`bad${n}`, '192.0.2.1'));
    const seen = await statuses(flood);
    expect(seen.filter((status) => status === 401)).toHaveLength(5);
    expect(seen.filter((status) => status === 429)).toHaveLength(95);
    const { headers, text } = await post('bad-again', '192.0.2.1');
    expect(app.doorman.looked).toBe(5);
    expect(headers.get('ratelimit-policy')).toBe('"failures";q=5;w=60');
    expect(headers.get('ratelimit')).toBe(`"failures";r=0;t=${headers.get('retry-after')}`);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(text).toContain('Too many refused access tokens from this address; try again in ');
  });

  it('do not shut out a neighbour whose token has been accepted, nor the first step of a sign-in', async () => {
    app = await startLimited({ LIMIT_FAILURES_PER_ADDRESS: '2' });
    await post('alice', '192.0.2.1');
    for (const n of [1, 2]) expect((await post(`bad${n}`, '192.0.2.1')).status).toBe(401);
    expect((await post('bad3', '192.0.2.1')).status).toBe(429);
    expect((await post('alice', '192.0.2.1')).status).not.toBe(429);
    expect((await post(undefined, '192.0.2.1')).status).toBe(401);
    expect((await post('bob', '192.0.2.2')).status).not.toBe(429);
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
    await expect.poll(async () => (await post('bad4', '192.0.2.1')).status).toBe(429);
    expect(app.doorman.looked).toBe(3);
    decide();
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
    expect(JSON.parse(text)).toMatchObject({ error: { message: 'The server is busy; try again in 1 s' } });
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
