import { Injectable, Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { LoggedLines } from '../support/logged.lines.js';
import { INITIALIZE, initialize, listTools, MODERN_META, openStream, send } from '../support/raw.js';

@Injectable()
class Echo {
  @Tool({ name: 'echo', description: 'Answers.' })
  echo() {
    return 'hello';
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Echo]);
});
afterAll(() => engine.close());

const modern = {
  body: { jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};

describe.each(['/mcp', '/messages?sessionId=none', '/mcp/messages?sessionId=none'])(
  'a bad body at %s',
  (path) => {
    it.each([
      ['is not JSON', '{', {}, 400, 'invalid_request'],
      ['is empty', '', {}, 400, 'invalid_request'],
      ['is not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'invalid_request'],
      ['is a number', '5', {}, 400, 'invalid_request'],
      ['is null', 'null', {}, 400, 'invalid_request'],
      ['is an empty batch', '[]', {}, 400, 'invalid_request'],
      ['is of another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', {}, 400, 'invalid_request'],
      ['is plain text', '{}', { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
      [
        'hides its type in a parameter',
        '{}',
        { 'Content-Type': 'text/plain; x=application/json' },
        415,
        'unsupported_media_type',
      ],
      [
        'is in UTF-7',
        '{}',
        { 'Content-Type': 'application/json; charset=utf-7' },
        415,
        'unsupported_media_type',
      ],
      ['is compressed', '{}', { 'Content-Encoding': 'gzip' }, 415, 'unsupported_media_type'],
      ['is too large', JSON.stringify('x'.repeat(70_000)), {}, 413, 'body_too_large'],
    ])(
      'that %s is refused at once, for clients of every kind',
      async (fault, body, headers, status, error) => {
        const answer = await send(engine.origin + path, 'POST', 'alice', { body, headers });
        expect(answer.status).toBe(status);
        // Only one of these bodies has an id under which a client could wait.
        const named = { jsonrpc: '2.0', id: 1, error: { code: -32600 } };
        expect(JSON.parse(answer.text)).toMatchObject(fault === 'is of another version' ? named : { error });
        expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      },
    );
  },
);

describe('a request of 2026', () => {
  it('is answered without a session', async () => {
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', modern);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ id: 7, result: { tools: [{ name: 'echo' }] } });
    expect(answer.headers.get('mcp-session-id')).toBeNull();
  });

  it('[row 69] ignores a session id', async () => {
    const headers = { ...modern.headers, 'Mcp-Session-Id': 'whatever' };
    expect((await send(`${engine.origin}/mcp`, 'POST', 'alice', { ...modern, headers })).status).toBe(200);
  });

  it.each([
    ['without Mcp-Method', { 'MCP-Protocol-Version': '2026-07-28' }, MODERN_META, 400, -32020],
    ['with another Mcp-Method', { ...modern.headers, 'Mcp-Method': 'tools/call' }, MODERN_META, 400, -32020],
    [
      'of an unknown revision',
      { ...modern.headers, 'MCP-Protocol-Version': '2099-01-01' },
      { ...MODERN_META, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
      400,
      -32022,
    ],
    [
      'without capabilities',
      modern.headers,
      { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
      400,
      -32602,
    ],
  ])('%s is refused', async (_fault, headers, meta, status, code) => {
    const body = { ...modern.body, params: { _meta: meta } };
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code } });
  });

  it('for an unknown method is answered 404', async () => {
    const body = { ...modern.body, method: 'no/such' };
    const headers = { ...modern.headers, 'Mcp-Method': 'no/such' };
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ id: 7, error: { code: -32601 } });
  });
});

describe('the Origin header', () => {
  it.each([
    'https://evil.test',
    'null',
    'https://app.test.evil',
    'https://user@app.test',
    'https://app.test:444',
  ])('%s is turned away before the token is looked at', async (origin) => {
    for (const path of ['/mcp', '/sse', '/mcp/sse', '/messages', '/mcp/messages']) {
      const answer = await send(engine.origin + path, 'POST', undefined, {
        body: listTools(),
        headers: { Origin: origin },
      });
      expect({ path, status: answer.status }).toEqual({ path, status: 403 });
      expect(JSON.parse(answer.text)).toEqual({
        error: 'access_denied',
        error_description: 'This Origin is not allowed',
      });
    }
  });

  it('of an allowed site passes, and so does a request without one', async () => {
    const headers = { ...modern.headers, Origin: 'https://app.test' };
    expect((await send(`${engine.origin}/mcp`, 'POST', 'alice', { ...modern, headers })).status).toBe(200);
    expect((await send(`${engine.origin}/mcp`, 'POST', 'alice', modern)).status).toBe(200);
  });
});

it.each([
  ['/mcp', 'PUT', 'GET, POST, DELETE'],
  ['/mcp', 'PATCH', 'GET, POST, DELETE'],
  ['/mcp', 'HEAD', 'GET, POST, DELETE'],
  ['/sse', 'HEAD', 'GET'],
  ['/sse', 'DELETE', 'GET'],
  ['/messages', 'GET', 'POST'],
])('%s answers %s with 405 and says what it takes', async (path, method, allow) => {
  const answer = await send(engine.origin + path, method, 'alice');
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allow);
});

it('tells proxies not to buffer or cache a stream', async () => {
  const response = await fetch(`${engine.origin}/sse`, { headers: { Authorization: 'Bearer alice' } });
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  expect(response.headers.get('cache-control')).toContain('no-cache');
  await response.body?.cancel();
});

it('keeps silent streams alive', async () => {
  const quick = await startEngine([Echo], { keepAliveMs: 50 });
  const id = await initialize(quick.origin, 'alice');
  for (const [path, headers] of [
    ['/sse', {}],
    ['/mcp', { 'Mcp-Session-Id': id }],
  ] as const) {
    const response = await fetch(quick.origin + path, {
      headers: { Authorization: 'Bearer alice', Accept: 'text/event-stream', ...headers },
    });
    let seen = '';
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      seen += chunk;
      if (/^:/m.test(seen)) break;
    }
    expect({ path, keptAlive: /^:/m.test(seen) }).toEqual({ path, keptAlive: true });
  }
  await quick.close();
});

it('has no HTTP+SSE endpoints when they are switched off', async () => {
  const off = await startEngine([Echo], { sse: false });
  const stream = await openStream(`${off.origin}/sse`, 'alice');
  expect(stream.status).toBe(404);
  stream.close();
  await off.close();
});

describe('a fault of our own', () => {
  const SECRET = 'redis://:hunter2@redis:6379';
  const fail = (): never => {
    throw new Error(SECRET);
  };
  const FAULT =
    /^\{(?:"jsonrpc":"2\.0","id":1,"error":\{"code":-32603,"message":"Internal error"|"error":"server_error","error_description":"Internal error"),"data":\{"ref":"([0-9a-f]{12})"\}\}+$/;
  const listen = {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: { notifications: { toolsListChanged: true }, _meta: MODERN_META },
    },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' },
  };

  it.each([
    ['2024', 'GET', '/sse', {}],
    ['2025', 'POST', '/mcp', { body: INITIALIZE }],
    ['2026', 'POST', '/mcp', listen],
  ] as const)(
    '[row 119] of %s is a reference into the log, where the rest is',
    async (_era, method, path, options) => {
      const broken = await startEngine([], {
        sessions: {
          idleMs: 60_000,
          maxAgeMs: 600_000,
          max: 10,
          get maxPerPrincipal() {
            return fail();
          },
        },
        subscriptions: {
          get maxPerPrincipal() {
            return fail();
          },
        },
      });
      const logged: string[] = [];
      Logger.overrideLogger(new LoggedLines(logged));
      const { status, headers, text } = await send(broken.origin + path, method, 'alice', options);
      Logger.overrideLogger(false);
      expect(status).toBe(500);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(text).toMatch(FAULT);
      const ref = FAULT.exec(text)?.[1] ?? '';
      const line = logged.find((one) => one.includes(ref));
      expect(line).toContain('http.failed');
      expect(line).toContain(SECRET);
      expect(line).toContain('at ');
      await broken.close();
    },
  );
});
