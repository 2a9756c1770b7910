import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransportRegistry } from '../../src/mcp/index.js';
import { INITIALIZE, MODERN_META, type RawAnswer, send } from '../support/raw.js';
import { type EdgeStack, ProbeTool, startEdge } from './edge.stack.js';
import { dial, http, talk } from './raw.socket.js';

const LIMIT = 65_536;
let edge: EdgeStack;

beforeAll(async () => {
  edge = await startEdge({ MCP_BODY_BYTES: String(LIMIT) });
});
afterAll(() => edge.close());
beforeEach(() => {
  ProbeTool.runs = 0;
});

const json = (text: string): unknown => JSON.parse(text);
const head = (...more: readonly string[]): string[] => [
  'POST /mcp HTTP/1.1',
  `Host: ${edge.authority}`,
  `Authorization: Bearer ${edge.token}`,
  'Content-Type: application/json',
  'Accept: application/json, text/event-stream',
  ...more,
];

const MODERN = {
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': 'probe',
};
const call = (args: unknown = {}, name = 'probe', method = 'tools/call') => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: { name, arguments: args, _meta: MODERN_META },
});
const post = (body: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  send(`${edge.origin}/mcp`, 'POST', edge.token, { body, headers: { ...MODERN, ...headers } });

/** The refusals of the body reader, in every era: the body is judged before anybody asks which one it is. */
describe.each([
  ['2025', {}, INITIALIZE],
  ['2026', MODERN, call()],
])('a body of %s', (_era, headers, sound) => {
  const refusal = async (body: unknown, more: Record<string, string> = {}) => {
    const before = edge.app.get(TransportRegistry).size;
    const answer = await send(`${edge.origin}/mcp`, 'POST', edge.token, {
      body,
      headers: { ...headers, ...more },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(ProbeTool.runs).toBe(0);
    expect(edge.app.get(TransportRegistry).size).toBe(before);
    expect(json(answer.text)).toHaveProperty('error_description', expect.any(String));
    const { error } = json(answer.text) as { error: string };
    return [answer.status, error];
  };

  it('is served when it is sound', async () => {
    expect((await send(`${edge.origin}/mcp`, 'POST', edge.token, { body: sound, headers })).status).toBe(200);
  });

  it.each([
    'text/plain',
    'text/plain; x=application/json',
    'application/vnd.x+json',
    'application/json, text/plain',
    'application/jsonp',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ])('[row 15] of type %s is refused as 415', async (type) => {
    expect(await refusal(sound, { 'Content-Type': type })).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['utf-7', 'utf-16', 'bogus', 'utf-8; charset=utf-7', ''])(
    '[row 16] in the charset "%s" is refused as 415',
    async (charset) => {
      expect(await refusal(sound, { 'Content-Type': `application/json; charset=${charset}` })).toEqual([
        415,
        'unsupported_media_type',
      ]);
    },
  );

  it.each(['gzip', 'gzip, gzip', 'br', 'zstd', 'deflate', 'foo', 'identity'])(
    '[row 12] with the encoding "%s" is refused as 415, whatever it is',
    async (encoding) => {
      const bytes = gzipSync(JSON.stringify(sound));
      expect(await refusal(bytes.subarray(0, -4), { 'Content-Encoding': encoding })).toEqual([
        415,
        'unsupported_media_type',
      ]);
    },
  );

  it.each([
    ['a stray continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
  ])('[row 17] with %s is refused as not JSON', async (_name, bytes) => {
    const text = Buffer.from(JSON.stringify(sound).replace('2.0"', '2.0","x":"'));
    const cut = text.indexOf('"x":"') + 5;
    const body = Buffer.concat([
      text.subarray(0, cut),
      Buffer.from(bytes),
      Buffer.from('"'),
      text.subarray(cut),
    ]);
    expect(await refusal(body)).toEqual([400, 'invalid_request']);
  });

  it.each(['', '{', '{}}', "{'a':1}", 'NaN', 'null', '5', '"x"', '{}'])(
    '[row 19] that is %j is refused',
    async (body) => {
      expect(await refusal(body)).toEqual([400, 'invalid_request']);
    },
  );

  it.each([
    ['arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['objects', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    [
      'arrays in params',
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe","arguments":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
    ],
    [
      'objects in _meta',
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}}`,
    ],
  ])('[row 20] of deeply nested %s is refused as 400', async (_name, body) => {
    expect(await refusal(body)).toEqual([400, 'invalid_request']);
  });
});

describe('the values in a body', () => {
  const withArguments = (args: string) => JSON.stringify(call('ARGS')).replace('"ARGS"', args);

  it.each([
    ['members', `{${'"":1,'.repeat(10_000)}"":1}`],
    ['elements', `{"a":[${'1,'.repeat(10_000)}1]}`],
    ['small objects', `{"a":[${'{},'.repeat(5_000)}{}]}`],
  ])(
    'are no more than anybody writes: as many %s are refused before a schema looks at them',
    async (_what, args) => {
      const { status, text } = await post(withArguments(args));
      expect([status, json(text)]).toEqual([
        400,
        { error: 'invalid_request', error_description: 'The body holds more than 10000 values' },
      ]);
      expect(ProbeTool.runs).toBe(0);
    },
  );

  it('may be one that fills the body, whatever it is made of', async () => {
    const { status } = await post(call({ text: ',[{":'.repeat(10_000) }));
    expect(status).toBe(200);
    expect(ProbeTool.runs).toBe(1);
  });
});

describe('a body without a sound type', () => {
  const body = JSON.stringify(INITIALIZE);
  const typed = (...types: string[]) => [
    ...head(`Content-Length: ${body.length}`).filter((line) => !line.startsWith('Content-Type')),
    ...types,
  ];

  it('[row 15] is refused as 415 when it names none', async () => {
    expect((await talk(edge.origin, http(...typed()) + body)).answers[0]?.status).toBe(415);
  });

  it('[row 15] is refused when it names two', async () => {
    const types = ['Content-Type: application/json', 'Content-Type: text/plain'];
    expect((await talk(edge.origin, http(...typed(...types)) + body)).answers[0]?.status).toBe(400);
  });
});

describe('a body over the limit', () => {
  it.each([LIMIT + 1, 99_999_999_999])(
    '[row 9] that says so (%i bytes) is refused at once and the connection closed',
    async (size) => {
      const { answers, closed, ms } = await talk(edge.origin, http(...head(`Content-Length: ${size}`)), {
        toTheEnd: true,
      });
      expect(answers[0]).toMatchObject({ status: 413, headers: { connection: 'close' } });
      expect(json(answers[0]?.body ?? '')).toMatchObject({ error: 'body_too_large' });
      expect({ closed, soon: ms < 1_000 }).toEqual({ closed: true, soon: true });
    },
  );

  it('[row 9] from somebody unknown is refused for that, at once', async () => {
    const lines = head('Content-Length: 99999999999').filter((line) => !line.startsWith('Authorization'));
    const { answers, ms } = await talk(edge.origin, http(...lines));
    expect({ status: answers[0]?.status, soon: ms < 1_000 }).toEqual({ status: 401, soon: true });
  });

  it('[row 10] that comes in chunks is refused when the limit is passed, and opens no session', async () => {
    const before = edge.app.get(TransportRegistry).size;
    const socket = await dial(edge.origin);
    const texts: string[] = [];
    socket.setEncoding('latin1').on('data', (chunk: string) => texts.push(chunk));
    socket.on('error', () => undefined);
    socket.write(http(...head('Transfer-Encoding: chunked')));
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    let sent = 0;
    while (texts.length === 0 && sent < 100) {
      socket.write(chunk);
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    socket.destroy();
    expect(texts.join('')).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent * 0x4000).toBeLessThan(LIMIT * 8);
    expect(edge.app.get(TransportRegistry).size).toBe(before);
  });

  it.each([
    ['gzip', () => gzipSync(Buffer.alloc(100_000_000))],
    [
      'br',
      () =>
        brotliCompressSync(Buffer.alloc(100_000_000), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ],
  ])('[row 11] that %s hides is not unpacked: 415, at once, and no memory', async (encoding, bomb) => {
    const body = bomb().subarray(0, LIMIT);
    const memory = process.memoryUsage().rss;
    const start = performance.now();
    const { status } = await post(body, { 'Content-Encoding': encoding });
    expect(status).toBe(415);
    expect(performance.now() - start).toBeLessThan(200);
    expect(process.memoryUsage().rss - memory).toBeLessThan(20_000_000);
  });
});

describe('odd but sound text', () => {
  it('[row 18] may begin with a byte order mark', async () => {
    const { status } = await post(`\uFEFF${JSON.stringify(call())}`);
    expect({ status, runs: ProbeTool.runs }).toEqual({ status: 200, runs: 1 });
  });

  it.each([String.raw`\ud800`, String.raw`\u0000`, String.raw`\u2028\u001b[31m`])(
    '[row 18] may hold %s, which comes back escaped or replaced and never raw',
    async (escaped) => {
      const { status, text } = await post(JSON.stringify(call({ key: 0 })).replace('key', `k${escaped}`));
      expect(status).toBe(200);
      expect(text).not.toContain('\0');
      expect(text).not.toContain('\u001b');
      expect(text).toContain('k');
    },
  );
});

describe('keys and names of the prototype', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  it.each(NAMES)('[row 21] %s as an argument changes nothing but the argument', async (name) => {
    const body = JSON.stringify(call({ key: { x: 1 } })).replace('"key"', `"${name}"`);
    const { status, text } = await post(body);
    expect(status).toBe(200);
    expect(text).not.toContain('"polluted":true');
    expect('x' in {}).toBe(false);
  });

  it.each(NAMES)('[row 21] %s as the name of a tool is an unknown tool', async (name) => {
    const { text } = await post(call({}, name), { 'Mcp-Name': name });
    expect(json(text)).toMatchObject({ error: { code: -32602, message: `Unknown tool: ${name}` } });
  });

  it.each(NAMES)('[row 21] %s as a method is an unknown method', async (name) => {
    const { text } = await post(call({}, 'probe', name), { 'Mcp-Method': name });
    expect(json(text)).toMatchObject({ error: { code: -32601 } });
  });
});

describe('a key that comes twice', () => {
  const twice = JSON.stringify(call()).replace('"name":"probe"', '"name":"none","name":"probe"');

  it('[row 22] counts once, the last time, for whoever checks and whoever runs', async () => {
    expect((await post(twice)).status).toBe(200);
    expect(ProbeTool.runs).toBe(1);
    const { status, text } = await post(twice, { 'Mcp-Name': 'none' });
    expect(status).toBe(400);
    expect(json(text)).toMatchObject({ error: { code: -32020 } });
    expect(ProbeTool.runs).toBe(1);
  });
});

describe('an Accept header', () => {
  const accepting = (accept: string | undefined, body: object, headers: Record<string, string>) => {
    const text = JSON.stringify(body);
    const lines = head(`Content-Length: ${text.length}`).filter((line) => !line.startsWith('Accept'));
    if (accept !== undefined) lines.push(`Accept: ${accept}`);
    lines.push(...Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
    return talk(edge.origin, http(...lines) + text);
  };

  it.each([undefined, 'application/json', 'text/event-stream', 'text/html'])(
    '[row 23] %s is refused as 406 in the era that answers with a stream',
    async (accept) => {
      expect((await accepting(accept, INITIALIZE, {})).answers[0]?.status).toBe(406);
    },
  );

  it.each([undefined, '*/*', 'application/json'])(
    '[row 23] %s is answered in JSON in 2026',
    async (accept) => {
      const { answers } = await accepting(accept, call(), MODERN);
      expect(answers[0]).toMatchObject({ status: 200 });
      expect(answers[0]?.headers['content-type']).toMatch(/^application\/json/);
    },
  );
});

describe('another spelling of the path', () => {
  const spelled = async (path: string, token: string | undefined) => {
    const body = JSON.stringify(call());
    const lines = head(
      `Content-Length: ${body.length}`,
      ...Object.entries(MODERN).map(([name, value]) => `${name}: ${value}`),
    )
      .with(0, `POST ${path} HTTP/1.1`)
      .filter((line) => token !== undefined || !line.startsWith('Authorization'));
    return (await talk(edge.origin, http(...lines) + body)).answers[0];
  };

  it.each([
    '/MCP',
    '/Mcp',
    '/mcp/',
    '//mcp',
    '/%6dcp',
    '/mcp%2f',
    '/mcp;x',
    '/./mcp',
    '/x/../mcp',
    '/mcp%00',
  ])('[row 24] %s is not there, with a token and without', async (path) => {
    for (const token of [undefined, edge.token]) {
      const answer = await spelled(path, token);
      expect(answer?.status).toBe(404);
      expect(json(answer?.body ?? '')).toEqual({
        error: 'not_found',
        error_description: 'There is nothing here',
      });
    }
    expect(ProbeTool.runs).toBe(0);
  });

  it.each(['/mcp?x[__proto__]=1', '/mcp?__proto__[x]=1', '/mcp?'])(
    '[row 24] %s is /mcp: closed without a token, open with one',
    async (path) => {
      expect((await spelled(path, undefined))?.status).toBe(401);
      expect((await spelled(path, edge.token))?.status).toBe(200);
      expect('x' in {}).toBe(false);
    },
  );

  it('[row 24] /mcp#f is refused as 400, with a token and without', async () => {
    expect((await spelled('/mcp#f', undefined))?.status).toBe(400);
    expect((await spelled('/mcp#f', edge.token))?.status).toBe(400);
    expect(ProbeTool.runs).toBe(0);
  });
});
