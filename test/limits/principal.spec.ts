import { afterEach, describe, expect, it } from 'vitest';
import { McpNotifier } from '../../src/mcp/index.js';
import { INITIALIZE, initialize, listTools, MODERN_META, openStream, send } from '../support/raw.js';
import { from, type LimitedApp, startLimited } from './limited.app.js';

let app: LimitedApp;
afterEach(() => app.close());

const modern = (method: string, params: object = {}) => ({
  body: { jsonrpc: '2.0', id: 2, method, params: { ...params, _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method },
});

interface Way {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly options: { readonly body?: unknown; readonly headers?: Record<string, string> };
}

const WAYS: readonly Way[] = [
  { name: 'a message of 2026', method: 'POST', path: '/mcp', options: modern('tools/list') },
  { name: 'an initialize of 2025', method: 'POST', path: '/mcp', options: { body: INITIALIZE } },
  {
    name: 'a message of 2025 to a session that is not there',
    method: 'POST',
    path: '/mcp',
    options: { body: listTools(), headers: { 'Mcp-Session-Id': 'none' } },
  },
  {
    name: 'a stream of 2025 of a session that is not there',
    method: 'GET',
    path: '/mcp',
    options: { headers: { 'Mcp-Session-Id': 'none' } },
  },
  { name: 'the end of a session', method: 'DELETE', path: '/mcp', options: {} },
  {
    name: 'a message of 2024',
    method: 'POST',
    path: '/mcp/messages?sessionId=none',
    options: { body: listTools() },
  },
  {
    name: 'a message of 2024 at the root',
    method: 'POST',
    path: '/messages',
    options: { body: listTools() },
  },
  { name: 'a body that is no message', method: 'POST', path: '/mcp', options: { body: '{' } },
];

describe.each(WAYS)('$name', ({ method, path, options }) => {
  const ask = (token: string, address: string) =>
    send(app.origin + path, method, token, {
      ...options,
      headers: { ...options.headers, ...from(address) },
    });

  it('counts for its principal from wherever it comes, and for nobody else', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_PRINCIPAL: '3' });
    for (let n = 1; n <= 3; n += 1) {
      const { status, headers } = await ask('alice', `192.0.2.${n}`);
      expect(status).not.toBe(429);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"principal";r=${3 - n};t=\\d+$`));
    }
    const { status, headers, text } = await ask('alice', '192.0.2.4');
    const wait = Number(headers.get('retry-after'));
    expect(status).toBe(429);
    expect(wait).toBeGreaterThan(50);
    expect(headers.get('ratelimit-policy')).toBe('"principal";q=3;w=60');
    expect(headers.get('ratelimit')).toBe(`"principal";r=0;t=${wait}`);
    expect(JSON.parse(text)).toEqual({
      error: 'too_many_requests',
      error_description: `Too many requests of this user and client; try again in ${wait} s`,
    });
    expect((await ask('bob', '192.0.2.4')).status).not.toBe(429);
    expect((await ask('alice@another-agent', '192.0.2.4')).status).not.toBe(429);
  });
});

describe('the order of refusals', () => {
  it('is: the address, the token, the principal, the message', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_PRINCIPAL: '1', LIMIT_REQUESTS_PER_ADDRESS: '3' });
    const ask = async (token: string | undefined) =>
      send(`${app.origin}/mcp`, 'POST', token, { body: '{', headers: from('192.0.2.1') });
    const first = await ask('alice');
    expect([first.status, JSON.parse(first.text).error]).toEqual([400, 'invalid_request']);
    // The principal before the body, and the token before the principal.
    expect((await ask('alice')).status).toBe(429);
    expect((await ask('bad')).status).toBe(401);
    for (let n = 0; n < 3; n += 1) expect((await ask(undefined)).status).toBe(401);
    // The address before the missing token.
    expect((await ask(undefined)).status).toBe(429);
  });
});

describe('a batch', () => {
  it('[row 71] counts as the requests it holds', async () => {
    app = await startLimited({ LIMIT_REQUESTS_PER_PRINCIPAL: '10' });
    const body = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: '2025-03-26' } };
    const opened = await send(`${app.origin}/mcp`, 'POST', 'alice', { body });
    const headers = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
    const batch = (size: number) =>
      send(`${app.origin}/mcp`, 'POST', 'alice', {
        headers,
        body: Array.from({ length: size }, (_, id) => listTools(id + 10)),
      });
    const first = await batch(5);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit')).toMatch(/^"principal";r=4;/);
    expect((await batch(5)).status).toBe(429);
    expect((await send(`${app.origin}/mcp`, 'POST', 'bob', { body })).status).toBe(200);
  });
});

describe('streams', () => {
  const inSession = async (token: string) => ({ 'Mcp-Session-Id': await initialize(app.origin, token) });
  const open = async (kind: string, token: string) => {
    if (kind !== '2026') {
      return openStream(
        `${app.origin}${kind === '2025' ? '/mcp' : '/mcp/sse'}`,
        token,
        kind === '2025' ? await inSession(token) : {},
      );
    }
    const { body, headers } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const abort = new AbortController();
    const response = await fetch(`${app.origin}/mcp`, {
      method: 'POST',
      headers: {
        ...headers,
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    return { status: response.status, close: () => abort.abort() };
  };

  it.each(['2024', '2025', '2026'])(
    'of %s: a principal has no more open than allowed, and others have their own',
    async (kind) => {
      app = await startLimited({ LIMIT_STREAMS_PER_PRINCIPAL: '2' });
      const streams = [await open(kind, 'alice'), await open(kind, 'alice')];
      expect(streams.map(({ status }) => status)).toEqual([200, 200]);
      expect((await open(kind, 'alice')).status).toBe(429);
      const bobs = await open(kind, 'bob');
      expect(bobs.status).toBe(200);
      streams[0]?.close();
      let next = await open(kind, 'alice');
      await expect
        .poll(async () => {
          if (next.status === 429) next = await open(kind, 'alice');
          return next.status;
        })
        .toBe(200);
      for (const stream of [...streams, next, bobs]) stream.close();
    },
  );

  it('[row 89] a flood of subscriptions leaves a principal no more streams than anybody has', async () => {
    app = await startLimited();
    const streams = await Promise.all(Array.from({ length: 40 }, () => open('2026', 'alice')));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(20);
    for (const stream of streams) stream.close();
  });

  it('of six windows of one editor over HTTP+SSE are all open', async () => {
    app = await startLimited();
    const streams = await Promise.all(Array.from({ length: 6 }, () => open('2024', 'alice')));
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    for (const stream of streams) stream.close();
  });

  it('of every era count together, and are refused with when to come back', async () => {
    app = await startLimited({ LIMIT_STREAMS_PER_PRINCIPAL: '3' });
    const streams = [await open('2024', 'alice'), await open('2025', 'alice'), await open('2026', 'alice')];
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    const headers = await inSession('alice');
    const refused = await send(`${app.origin}/mcp`, 'GET', 'alice', {
      headers: { ...headers, Accept: 'text/event-stream' },
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('ratelimit-policy')).toBe('"streams";q=3;qu="concurrent-requests"');
    expect(JSON.parse(refused.text).error_description).toBe(
      'No more than 3 streams of this user and client; try again in 5 s',
    );
    // A message that has been read is refused under its id.
    const listen = modern('subscriptions/listen', { notifications: {} });
    const message = await send(`${app.origin}/mcp`, 'POST', 'alice', listen);
    expect([message.status, JSON.parse(message.text)]).toMatchObject([
      429,
      { jsonrpc: '2.0', id: 2, error: { code: -32000, data: { retryAfterSeconds: 5 } } },
    ]);
    for (const stream of streams) stream.close();
  });

  it('stand beside the requests that a node can answer at once', async () => {
    app = await startLimited({ LIMIT_IN_FLIGHT: '1', LIMIT_STREAMS_PER_PRINCIPAL: '10' });
    const streams = [await open('2024', 'alice'), await open('2025', 'alice'), await open('2026', 'alice')];
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await send(`${app.origin}/mcp`, 'POST', 'alice', modern('tools/list'))).status).toBe(200);
    for (const stream of streams) stream.close();
  });

  it.each(['/mcp/sse', '/mcp'])(
    'whose client goes before its token is judged leave nothing behind at %s',
    async (path) => {
      app = await startLimited({ LIMIT_STREAMS_PER_PRINCIPAL: '2' });
      const headers = path === '/mcp' ? await inSession('alice') : {};
      const before = app.registry.size;
      const { looked, gone } = app.doorman;
      let decide: () => void = () => undefined;
      app.doorman.verdict = new Promise((resolve) => {
        decide = resolve;
      });
      const abort = new AbortController();
      const opening = Array.from({ length: 5 }, () =>
        fetch(app.origin + path, {
          headers: { ...headers, Authorization: 'Bearer alice', Accept: 'text/event-stream' },
          signal: abort.signal,
        }).catch(() => undefined),
      );
      await expect.poll(() => app.doorman.looked).toBe(looked + 5);
      abort.abort();
      await Promise.all(opening);
      await expect.poll(() => app.doorman.gone).toBe(gone + 5);
      decide();
      expect(app.registry.size).toBe(before);
      const streams = [await open('2024', 'alice'), await open('2025', 'alice')];
      expect(streams.map(({ status }) => status)).toEqual([200, 200]);
      for (const stream of streams) stream.close();
    },
  );

  it('[row 63] a second GET of one session is refused with 409, and the first goes on', async () => {
    app = await startLimited();
    const headers = await inSession('alice');
    const first = await openStream(`${app.origin}/mcp`, 'alice', headers);
    expect(first.status).toBe(200);
    const second = await openStream(`${app.origin}/mcp`, 'alice', headers);
    expect(second.status).toBe(409);
    app.get(McpNotifier).toolsChanged();
    expect((await first.next()).data).toContain('notifications/tools/list_changed');
    // Neither has the refused one kept a place.
    for (let n = 0; n < 8; n += 1) {
      expect((await openStream(`${app.origin}/mcp`, 'alice', headers)).status).toBe(409);
    }
    first.close();
  });
});
