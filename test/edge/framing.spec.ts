import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MODERN_META } from '../support/raw.js';
import { type EdgeStack, ProbeTool, startEdge } from './edge.stack.js';
import { http, talk } from './raw.socket.js';

let edge: EdgeStack;

beforeAll(async () => {
  edge = await startEdge({ MCP_BODY_BYTES: '65536' });
});
afterAll(() => edge.close());
beforeEach(() => {
  ProbeTool.runs = 0;
});

const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'probe', arguments: {}, _meta: MODERN_META },
});

/** The head of a call of 2026 that would run the tool, if its framing were sound. */
const head = (...more: readonly string[]): string[] => [
  'POST /mcp HTTP/1.1',
  `Host: ${edge.authority}`,
  `Authorization: Bearer ${edge.token}`,
  'Content-Type: application/json',
  'Accept: application/json, text/event-stream',
  'MCP-Protocol-Version: 2026-07-28',
  'Mcp-Method: tools/call',
  'Mcp-Name: probe',
  ...more,
];
const length = () => `Content-Length: ${CALL.length}`;
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const json = (text: string): unknown => JSON.parse(text);
const get = (...lines: string[]) => http('GET /health/live HTTP/1.1', ...lines);

describe('a sound request', () => {
  it('runs the tool, whether its body has a length or comes in chunks', async () => {
    const whole = await talk(edge.origin, http(...head(length())) + CALL);
    const inChunks = await talk(edge.origin, http(...head('Transfer-Encoding: chunked')) + chunked(CALL));
    expect([whole.answers[0]?.status, inChunks.answers[0]?.status]).toEqual([200, 200]);
    expect(ProbeTool.runs).toBe(2);
  });
});

describe('ambiguous framing', () => {
  const cases: Readonly<Record<string, () => string>> = {
    'a length and chunks': () => http(...head(length(), 'Transfer-Encoding: chunked')) + chunked(CALL),
    'chunks and a length': () => http(...head('Transfer-Encoding: chunked', length())) + chunked(CALL),
    'the same length twice': () => http(...head(length(), length())) + CALL,
    'two lengths': () => http(...head(length(), 'Content-Length: 5')) + CALL,
    'a negative length': () => http(...head('Content-Length: -1')) + CALL,
    'a length with a sign': () => http(...head(`Content-Length: +${CALL.length}`)) + CALL,
    'a length list': () => http(...head(`Content-Length: ${CALL.length}, ${CALL.length}`)) + CALL,
    'an unknown coding': () => http(...head('Transfer-Encoding: xchunked')) + chunked(CALL),
    'chunked, but not last': () => http(...head('Transfer-Encoding: chunked, gzip')) + chunked(CALL),
    'a folded header': () => http(...head('X-Folded: one', ' two', length())) + CALL,
    'line feeds alone': () => `${head(length()).join('\n')}\n\n${CALL}`,
    'a NUL in a header': () => http(...head('X-Nul: a\0b', length())) + CALL,
    'a bare CR in a header': () => http(...head('X-Cr: a\rb', length())) + CALL,
    'a space before the colon': () => http(...head(`Content-Length : ${CALL.length}`)) + CALL,
    'a header without a colon': () => http(...head('Nonsense', length())) + CALL,
    'a bad chunk size': () => `${http(...head('Transfer-Encoding: chunked'))}zz\r\n${CALL}\r\n0\r\n\r\n`,
  };

  it.each(Object.keys(cases))(
    '[row 1] %s is refused as 400, the connection closed and nothing run',
    async (name) => {
      const { answers, closed } = await talk(edge.origin, cases[name]?.() ?? '', { toTheEnd: true });
      expect(answers).toHaveLength(1);
      expect(answers[0]).toMatchObject({
        status: 400,
        headers: { 'content-type': 'application/json; charset=utf-8', connection: 'close' },
      });
      expect(json(answers[0]?.body ?? '')).toEqual({
        error: 'invalid_request',
        error_description: 'This is not HTTP/1.1',
      });
      expect(closed).toBe(true);
      expect(ProbeTool.runs).toBe(0);
    },
  );

  it('[row 1] a request smuggled behind a refused one is not read', async () => {
    const smuggled = http(...head(length())) + CALL;
    const { answers } = await talk(
      edge.origin,
      `${http(...head('Content-Length: 5', 'Transfer-Encoding: chunked'))}0\r\n\r\n${smuggled}`,
      { toTheEnd: true },
    );
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect(ProbeTool.runs).toBe(0);
  });

  it('[row 1] bytes that follow a running call do not get an answer in its place', async () => {
    const slow = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'slow', arguments: {}, _meta: MODERN_META },
    });
    const lines = head(`Content-Length: ${slow.length}`).map((line) =>
      line.replace('Name: probe', 'Name: slow'),
    );
    const { text, closed } = await talk(edge.origin, `${http(...lines)}${slow}GARBAGE\r\n\r\n`, {
      toTheEnd: true,
    });
    expect({ text, closed }).toEqual({ text: '', closed: true });
  });
});

describe('the Host header', () => {
  it('[row 2] is required', async () => {
    const { answers } = await talk(edge.origin, get());
    expect(answers[0]?.status).toBe(400);
    expect((await talk(edge.origin, http('GET /mcp HTTP/1.0'))).answers[0]?.status).toBe(400);
  });

  it.each([
    ['GET', '/health/live', 'HTTP/1.0'],
    ['GET', '/health/ready', 'HTTP/1.0'],
    ['HEAD', '/health/live', 'HTTP/1.0'],
    ['GET', '/health/live?probe=1', 'HTTP/1.0'],
    ['GET', '/health/live', 'HTTP/1.0', 'Host:'],
    ['GET', '/health/live', 'HTTP/1.1', 'Host:'],
    ['GET', '/health/live', 'HTTP/1.1', 'Host:  '],
  ])('may be missing or empty in a health probe: %s %s %s %s', async (method, path, version, ...lines) => {
    const { text } = await talk(edge.origin, http(`${method} ${path} ${version}`, ...lines));
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    '/mcp',
    '/',
    '/health',
    '/healthy',
    '/Health/live',
    '//health/live',
    '/mcp?/health/',
    '/.well-known/x',
  ])('may be neither missing nor empty at %s', async (path) => {
    for (const lines of [
      [`GET ${path} HTTP/1.0`],
      [`GET ${path} HTTP/1.0`, 'Host:'],
      [`GET ${path} HTTP/1.1`, 'Host:'],
    ])
      expect((await talk(edge.origin, http(...lines))).answers[0]?.status).toBe(400);
  });

  it('of another name is refused in a health probe as anywhere', async () => {
    const probe = (target: string, ...lines: string[]) =>
      talk(edge.origin, http(`GET ${target} HTTP/1.0`, ...lines));
    expect((await probe('/health/live', 'Host: evil.example')).answers[0]?.status).toBe(421);
    expect((await probe('http://evil.example/health/live')).answers[0]?.status).toBe(421);
  });

  it.each([
    'a b',
    '[',
    '[::1',
    '[::g]',
    'x@y',
    'user:pw@localhost',
    'localhost:99999',
    'localhost:',
    'a/b',
    'a,b',
  ])('[row 2] that is "%s" is refused as 400', async (host) => {
    const { answers } = await talk(edge.origin, get(`Host: ${host}`));
    expect(answers[0]?.status).toBe(400);
    expect(json(answers[0]?.body ?? '')).toHaveProperty('error', 'invalid_request');
  });

  it.each(['localhost', 'evil.example'])(
    '[row 3] refuses two Host headers, the second being %s',
    async (second) => {
      const { answers, closed } = await talk(edge.origin, get(`Host: ${edge.authority}`, `host: ${second}`), {
        toTheEnd: true,
      });
      expect(answers[0]?.status).toBe(400);
      expect(json(answers[0]?.body ?? '')).toEqual({
        error: 'invalid_request',
        error_description: 'Send one host header',
      });
      expect(closed).toBe(true);
    },
  );

  it.each([
    ['Authorization', 'Bearer other'],
    ['Content-Type', 'text/plain'],
    ['Origin', 'https://evil.example'],
    ['Mcp-Session-Id', 'b'],
    ['MCP-Protocol-Version', '2025-11-25'],
    ['Mcp-Method', 'tools/list'],
    ['Mcp-Name', 'whoami'],
    ['Last-Event-ID', '2'],
  ])('[row 3] refuses two %s headers, on which a decision stands as well', async (name, value) => {
    const lines = head(`Origin: ${edge.origin}`, 'Mcp-Session-Id: a', 'Last-Event-ID: 1', length());
    const sound = await talk(
      edge.origin,
      http(...lines.filter((line) => !/^(Mcp-Session|Last)/.test(line))) + CALL,
    );
    expect(sound.answers[0]?.status).toBe(200);
    const { answers } = await talk(edge.origin, http(...lines, `${name}: ${value}`) + CALL);
    expect(answers[0]?.status).toBe(400);
    expect(json(answers[0]?.body ?? '')).toHaveProperty(
      'error_description',
      `Send one ${name.toLowerCase()} header`,
    );
    expect(ProbeTool.runs).toBe(1);
  });
});

describe('an absolute target', () => {
  const absolute = (target: string) =>
    talk(edge.origin, http(...head(length()).with(0, `POST ${target} HTTP/1.1`)) + CALL);

  it('[row 4] of another host is refused, whatever Host says', async () => {
    const { answers } = await absolute('http://evil.example/mcp');
    expect(answers[0]?.status).toBe(421);
    expect(json(answers[0]?.body ?? '')).toHaveProperty('error', 'misdirected_request');
    expect(ProbeTool.runs).toBe(0);
  });

  it.each(['http://user@localhost/mcp', 'http:///mcp', 'ftp://localhost/mcp', 'mcp', 'localhost/mcp'])(
    '[row 4] that is %s is refused as 400',
    async (target) => {
      expect((await absolute(target)).answers[0]?.status).toBe(400);
      expect(ProbeTool.runs).toBe(0);
    },
  );

  it('[row 4] of our own host is the same as its path (RFC 9112 section 3.2.2)', async () => {
    expect((await absolute(`${edge.origin}/mcp`)).answers[0]?.status).toBe(200);
  });

  it('[row 4] of our own host does not excuse a foreign Host', async () => {
    const lines = head(length()).with(0, `POST ${edge.origin}/mcp HTTP/1.1`).with(1, 'Host: evil.example');
    expect((await talk(edge.origin, http(...lines) + CALL)).answers[0]?.status).toBe(421);
  });
});

describe('the size of a head', () => {
  it.each([
    ['17 KB of headers', () => get(`Host: ${edge.authority}`, `X-Large: ${'x'.repeat(17_000)}`)],
    ['a URI of 20 KB', () => http(`GET /${'x'.repeat(20_000)} HTTP/1.1`, `Host: ${edge.authority}`)],
  ])('[row 5] %s is refused as 431', async (_name, request) => {
    const { answers, closed } = await talk(edge.origin, request(), { toTheEnd: true });
    expect(answers[0]?.status).toBe(431);
    expect(json(answers[0]?.body ?? '')).toHaveProperty('error', 'headers_too_large');
    expect(closed).toBe(true);
  });

  it('[row 5] a HEAD with 17 KB of headers is refused without a body, which nobody would expect', async () => {
    const request = http('HEAD /mcp HTTP/1.1', `Host: ${edge.authority}`, `X-Large: ${'x'.repeat(17_000)}`);
    const { text, closed } = await talk(edge.origin, request, { toTheEnd: true });
    expect(text).toMatch(/^HTTP\/1\.1 431 [^{]*\r\n\r\n$/);
    expect(closed).toBe(true);
  });

  const many = (count: number) =>
    get(`Host: ${edge.authority}`, ...Array.from({ length: count - 1 }, (_, index) => `X-${index}: 1`));

  it.each([101, 130, 1_500])('[row 6] %i headers are refused as 431', async (count) => {
    const { answers } = await talk(edge.origin, many(count));
    expect(answers[0]?.status).toBe(431);
  });

  it('[row 6] 2500 headers are refused as 431, before or after they are counted', async () => {
    expect((await talk(edge.origin, many(2_500))).answers[0]?.status).toBe(431);
  });

  it('[row 6] 100 headers are served', async () => {
    expect((await talk(edge.origin, many(100))).answers[0]?.status).toBe(200);
  });
});

describe('a method', () => {
  const method = (name: string) =>
    talk(edge.origin, http(...head('Content-Length: 0').with(0, `${name} /mcp HTTP/1.1`)));

  it.each(['PUT', 'PATCH'])(
    '[row 7] %s is refused by the endpoint as 405 with what it allows',
    async (name) => {
      const { answers } = await method(name);
      expect(answers[0]?.status).toBe(405);
      expect(answers[0]?.headers['allow']).toBe('GET, POST, DELETE');
    },
  );

  it.each(['TRACE', 'PROPFIND', 'PURGE'])('[row 7] %s is refused as 405 and echoes nothing', async (name) => {
    const { answers, text } = await method(name);
    expect(answers[0]?.status).toBe(405);
    expect(answers[0]?.headers['allow']).toContain('POST');
    expect(text).not.toContain(edge.token);
  });

  it('[row 7] FOO is refused as 400', async () => {
    expect((await method('FOO')).answers[0]?.status).toBe(400);
  });

  it('[row 7] CONNECT gets no tunnel', async () => {
    const { text, closed } = await talk(
      edge.origin,
      http('CONNECT localhost:22 HTTP/1.1', `Host: ${edge.authority}`),
      { toTheEnd: true },
    );
    expect({ text, closed }).toEqual({ text: '', closed: true });
  });

  it('[row 7] the preface of HTTP/2 is refused as 400', async () => {
    const { answers, closed } = await talk(edge.origin, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', {
      toTheEnd: true,
    });
    expect(answers[0]?.status).toBe(400);
    expect(closed).toBe(true);
  });

  it('[row 7] an unknown expectation is refused as 417', async () => {
    const { answers } = await talk(edge.origin, http(...head(length(), 'Expect: junk')) + CALL);
    expect(answers[0]).toMatchObject({ status: 417, body: '' });
    expect(ProbeTool.runs).toBe(0);
  });

  it.each(['websocket', 'h2c'])('[row 7] an upgrade to %s is ignored', async (protocol) => {
    const upgrade = [
      'Connection: Upgrade',
      `Upgrade: ${protocol}`,
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const { answers } = await talk(edge.origin, get(`Host: ${edge.authority}`, ...upgrade));
    expect(answers[0]?.status).toBe(200);
  });

  it.each(['GET', 'DELETE'])('[row 8] %s of 2026 is refused as 405', async (name) => {
    expect((await method(name)).answers[0]?.status).toBe(405);
  });
});

describe('a client that asks for the connection to be closed', () => {
  const LIST = (meta: object) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: meta });

  it('[row 25] has it closed after an answer in JSON', async () => {
    const { answers, closed, ms } = await talk(
      edge.origin,
      http(...head(length(), 'Connection: close')) + CALL,
      { toTheEnd: true },
    );
    expect(answers[0]?.status).toBe(200);
    expect({ closed, soon: ms < 1_000 }).toEqual({ closed: true, soon: true });
  });

  it('[row 25] has it closed after an answer as an event stream, whose library says keep-alive', async () => {
    const body = LIST({
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    });
    const lines = head(`Content-Length: ${body.length}`, 'Connection: close').filter(
      (line) => !/^m?mcp-(method|name|protocol)/i.test(line),
    );
    const { answers, closed, ms } = await talk(edge.origin, http(...lines) + body, { toTheEnd: true });
    expect(answers[0]).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream', connection: 'close' },
    });
    expect(answers[0]?.body).toContain('"serverInfo"');
    expect({ closed, soon: ms < 1_000 }).toEqual({ closed: true, soon: true });
  });
});
