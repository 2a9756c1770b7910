import { Injectable } from '@nestjs/common';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool, TransportRegistry } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, MODERN_META, send } from '../support/raw.js';
import { RAW_ERAS, type RawPeer } from '../support/raw.peers.js';

const MODERN = '2026-07-28';
let ran = 0;
const waiting = new Map<string, () => void>();

@Injectable()
class Tools {
  @Tool({ name: 'count', description: 'Counts its runs.' })
  count() {
    ran += 1;
    return String(ran);
  }

  @Tool({
    name: 'echo',
    description: 'Answers.',
    inputSchema: z.strictObject({ text: z.string().optional() }),
  })
  echo({ text = 'nothing' }: { text?: string }) {
    return text;
  }

  @Tool({ name: 'ask', description: 'Asks its user.' })
  async ask(_input: unknown, { elicit }: McpContext) {
    return (await elicit('sure', { message: 'Sure?', schema: z.object({ sure: z.boolean() }) })).action;
  }

  @Tool({ name: 'wait', description: 'Waits for the test.', inputSchema: z.object({ key: z.string() }) })
  async wait({ key }: { key: string }, { signal }: McpContext) {
    await new Promise<void>((resolve, reject) => {
      waiting.set(key, resolve);
      signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
    });
    return `${key} is over`;
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Tools], {
    sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 500, maxPerPrincipal: 200 },
  });
});
afterAll(() => engine.close());

const request = (id: unknown, method: string, params?: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params !== undefined && { params }),
});
const call = (id: unknown, name: string, args: unknown = {}, meta?: object) =>
  request(id, 'tools/call', { name, arguments: args, ...(meta && { _meta: meta }) });
/** Resolves once the tool is running. */
const runningOf = async (key: string) => {
  await expect.poll(() => waiting.has(key), { timeout: 5_000 }).toBe(true);
};
const finish = (key: string) => {
  waiting.get(key)?.();
  waiting.delete(key);
};

async function withPeer<T>(
  { open }: (typeof RAW_ERAS)[number],
  use: (peer: RawPeer) => Promise<T>,
  token = 'alice',
): Promise<T> {
  const peer = await open(engine.origin, token);
  try {
    return await use(peer);
  } finally {
    peer.close();
  }
}

describe.each(RAW_ERAS)('$revision over $transport', (era) => {
  const { transport, revision } = era;
  const stateless = transport === 'stateless';

  /** Under these a client cannot wait, or nothing of the body was parsed. */
  const WITHOUT_ID =
    /^an? (?:empty batch|id |_meta)|^arguments|(?:method|result) and (?:result|error)|^initialize/;

  describe('[row 72] [row 73] [row 74] [row 76] refuses as an invalid request with 400', () => {
    it.each<[string, unknown]>([
      ['an empty batch', []],
      ['an id that is null', call(null, 'count')],
      ['an id that is true', call(true, 'count')],
      ['an id with a fraction', call(1.5, 'count')],
      ['an id that is an object', call({}, 'count')],
      ['an id that is a list', call([1], 'count')],
      ['an id of 1e400', '{"jsonrpc":"2.0","id":1e400,"method":"tools/call","params":{"name":"count"}}'],
      [
        'an id of 2^53+1',
        '{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"count"}}',
      ],
      ['an id of 257 bytes', call('x'.repeat(257), 'count')],
      ['an id of 257 bytes in fewer characters', call('é'.repeat(129), 'count')],
      ['another JSON-RPC version', { ...call(1, 'count'), jsonrpc: '1.0' }],
      ['a JSON-RPC version that is a number', { ...call(1, 'count'), jsonrpc: 2 }],
      ['no JSON-RPC version', { id: 1, method: 'tools/call', params: { name: 'count' } }],
      [
        'Method instead of method',
        { jsonrpc: '2.0', id: 1, Method: 'tools/call', params: { name: 'count' } },
      ],
      ['method and Method', { ...call(1, 'count'), Method: 'ping' }],
      ['a method that is no string', { jsonrpc: '2.0', id: 1, method: ['tools/call'] }],
      ['method and result', { ...call(1, 'count'), result: {} }],
      ['method and error', { ...call(1, 'count'), error: { code: 1, message: '' } }],
      ['result and error', { jsonrpc: '2.0', id: 1, result: {}, error: { code: 1, message: '' } }],
      ['neither method nor result', { jsonrpc: '2.0', id: 1 }],
      ['an unknown member', { ...call(1, 'count'), extra: true }],
      ['params that are a list', { ...call(1, 'count'), params: ['count'] }],
      ['params that are null', { ...call(1, 'count'), params: null }],
      ['a progress token that is an object', call(1, 'count', {}, { progressToken: {} })],
      [
        'a related task without an id',
        call(1, 'count', {}, { 'io.modelcontextprotocol/related-task': { taskId: 1 } }),
      ],
      [
        'arguments deeper than 64 levels',
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":${'{"a":'.repeat(63)}1${'}'.repeat(63)}}}`,
      ],
      [
        'a _meta of 10 000 levels',
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","_meta":${'['.repeat(10_000)}`,
      ],
      ['initialize without an id', { ...INITIALIZE, id: undefined }],
      ['initialize in a batch', [{ ...INITIALIZE, id: 90 }]],
    ])('%s', async (what, body) => {
      const before = ran;
      const answer = await withPeer(era, ({ post }) => post(body));
      expect(answer).toMatchObject({
        status: 400,
        messages: [
          WITHOUT_ID.test(what)
            ? { error: 'invalid_request' }
            : { jsonrpc: '2.0', id: 1, error: { code: -32600 } },
        ],
      });
      expect(ran).toBe(before);
    });
  });

  it('takes ids at their limits, and answers under the same id', async () => {
    await withPeer(era, async ({ post }) => {
      for (const id of ['', 'x'.repeat(256), 0, -1, 2 ** 53 - 1]) {
        expect((await post(call(id, 'echo'))).messages).toMatchObject([{ id, result: {} }]);
      }
    });
  });

  it.each(['no/such', '__proto__', 'constructor', 'toString', 'TOOLS/LIST', 'notifications/initialized'])(
    '[row 77] knows no method %s',
    async (method) => {
      const { status, messages } = await withPeer(era, ({ post }) => post(request(7, method)));
      const expected = { 'HTTP+SSE': 202, 'Streamable HTTP': 200, stateless: 404 }[transport];
      expect({ status, messages }).toMatchObject({
        status: expected,
        messages: [{ id: 7, error: { code: -32601 } }],
      });
    },
  );

  it('[row 77] is not fooled by a NUL behind the method', async () => {
    const body = request(7, 'tools/list\u0000', { _meta: stateless ? MODERN_META : {} });
    const { status, messages } = await withPeer(era, ({ post }) =>
      post(body, stateless ? { headers: { 'Mcp-Method': 'tools/list' } } : {}),
    );
    // No header can carry it, so in 2026 header and body disagree.
    const code = stateless ? -32020 : -32601;
    const expected = { 'HTTP+SSE': 202, 'Streamable HTTP': 200, stateless: 400 }[transport];
    expect({ status, messages }).toMatchObject({ status: expected, messages: [{ id: 7, error: { code } }] });
  });

  it('[row 78] takes a request without an id for a notification: 202, and no effect', async () => {
    const before = ran;
    const { jsonrpc, method, params } = call(1, 'count');
    const answer = await withPeer(era, ({ post }) => post({ jsonrpc, method, params }));
    expect(answer).toEqual({ status: 202, messages: [] });
    expect(ran).toBe(before);
  });

  it.each<[string, unknown]>([
    ['a list', ['a']],
    ['a text', 'a'],
    ['a number', 5],
    ['null', null],
  ])('[row 86] refuses arguments that are %s', async (_what, args) => {
    const before = ran;
    const { messages } = await withPeer(era, ({ post }) => post(call(7, 'count', args)));
    expect(messages).toMatchObject([{ id: 7, error: { code: -32602 } }]);
    expect(ran).toBe(before);
  });

  it('[row 86] tells the model of arguments that the schema does not know, among them __proto__', async () => {
    const body =
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"__proto__":{"text":"polluted"}},"_meta":META}}';
    const text = body.replace('META', JSON.stringify(stateless ? MODERN_META : {}));
    const headers = { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'echo' };
    const { messages } = await withPeer(era, ({ post }) => post(text, stateless ? { headers } : {}));
    expect(messages).toMatchObject([{ id: 7, result: {} }]);
    expect(JSON.stringify(messages)).not.toContain('polluted');
    expect(Object.hasOwn(Object.prototype, 'text')).toBe(false);
    expect((await withPeer(era, ({ post }) => post(call(8, 'echo', { more: 1 })))).messages).toMatchObject([
      { id: 8, result: { isError: true } },
    ]);
  });

  it('[row 82] names what it speaks to a client of an unknown revision', async () => {
    const body = {
      ...call(7, 'count'),
      params: {
        name: 'count',
        _meta: { ...MODERN_META, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
      },
    };
    const { status, messages } = await withPeer(era, ({ post }) =>
      post(stateless ? body : call(7, 'count'), {
        headers: { 'MCP-Protocol-Version': '2099-01-01', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'count' },
      }),
    );
    expect(status).toBe(400);
    expect(messages).toMatchObject([{ error: { code: -32022, data: { requested: '2099-01-01' } } }]);
    expect(messages[0]?.error?.data).toMatchObject({ supported: expect.arrayContaining([MODERN]) });
  });

  it('[row 88] ignores the cancelling of a request that it does not know', async () => {
    await withPeer(era, async ({ post }) => {
      for (const requestId of ['unknown', 4711, -1]) {
        const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
        expect(await post(cancel)).toEqual({ status: 202, messages: [] });
      }
      expect((await post(call(1, 'echo'))).messages).toMatchObject([{ id: 1, result: {} }]);
    });
  });

  it('[row 88] ignores that somebody else cancels a request of the same id', async () => {
    const key = `cancel ${transport} ${revision}`;
    await withPeer(era, async (alice) => {
      const answer = alice.post(call(5, 'wait', { key }));
      await runningOf(key);
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
      await withPeer(era, ({ post }) => post(cancel), 'mallory');
      await withPeer(era, ({ post }) => post(cancel));
      finish(key);
      expect((await answer).messages.at(-1)).toMatchObject({
        id: 5,
        result: { content: [{ text: `${key} is over` }] },
      });
    });
  });

  it('[row 88] answers two requests with one progress token, each for itself', async () => {
    const key = `token ${transport} ${revision}`;
    await withPeer(era, async (peer) => {
      const meta = { progressToken: 'same' };
      const first = peer.post(call('first', 'wait', { key }, meta));
      await runningOf(key);
      const second = await peer.post(call('second', 'echo', {}, meta));
      finish(key);
      const answers = [...(await first).messages, ...second.messages].filter(({ result }) => result);
      expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(['first', 'second']));
      expect(JSON.stringify(answers)).toContain(`${key} is over`);
    });
  });
});

const sessions = RAW_ERAS.filter(({ transport }) => transport !== 'stateless');

describe.each(sessions)('two requests with one id in a session of $revision over $transport', (era) => {
  const key = `twice ${era.transport} ${era.revision}`;

  it('[row 75] are one too many: the second is refused, the first is answered, then the id is free', async () => {
    await withPeer(era, async (peer) => {
      const first = peer.post(call('one', 'wait', { key }));
      await runningOf(key);
      expect(await peer.post(call('one', 'echo'))).toMatchObject({
        status: 400,
        messages: [{ error: 'invalid_request' }],
      });
      finish(key);
      expect((await first).messages.at(-1)).toMatchObject({
        id: 'one',
        result: { content: [{ text: `${key} is over` }] },
      });
      expect((await peer.post(call('one', 'echo'))).messages).toMatchObject([{ id: 'one', result: {} }]);
    });
  });

  it('are two when the second has another type', async () => {
    await withPeer(era, async (peer) => {
      expect((await peer.post(call(1, 'echo'))).messages).toMatchObject([{ id: 1 }]);
      expect((await peer.post(call('1', 'echo'))).messages).toMatchObject([{ id: '1' }]);
    });
  });

  it('are fine when the first was refused or cancelled', async () => {
    await withPeer(era, async (peer) => {
      await peer.post(call('refused', 'echo'), { headers: { Accept: 'text/html' } });
      expect((await peer.post(call('refused', 'echo'))).messages).toMatchObject([{ id: 'refused' }]);
      if (era.transport === 'HTTP+SSE') return;
      void peer.post(call('gone', 'wait', { key: `${key} gone` })).catch(() => undefined);
      await runningOf(`${key} gone`);
      await peer.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'gone' } });
      expect((await peer.post(call('gone', 'echo'))).messages).toMatchObject([{ id: 'gone', result: {} }]);
    });
  });

  it('are not the concern of another session', async () => {
    await withPeer(era, async (alice) => {
      const first = alice.post(call('shared', 'wait', { key: `${key} shared` }));
      await runningOf(`${key} shared`);
      await withPeer(
        era,
        async ({ post }) => {
          expect((await post(call('shared', 'echo', { text: 'mine' }))).messages).toMatchObject([
            { result: { content: [{ text: 'mine' }] } },
          ]);
        },
        'mallory',
      );
      finish(`${key} shared`);
      expect((await first).messages.at(-1)).toMatchObject({
        result: { content: [{ text: `${key} shared is over` }] },
      });
    });
  });
});

it('two requests with one id are two in 2026, where nothing connects them', async () => {
  const era = RAW_ERAS.find(({ transport }) => transport === 'stateless');
  const peer = await era?.open(engine.origin, 'alice');
  const first = peer?.post(call('one', 'wait', { key: 'stateless' }));
  await runningOf('stateless');
  expect((await peer?.post(call('one', 'echo')))?.messages).toMatchObject([
    { id: 'one', result: { content: [{ text: 'nothing' }] } },
  ]);
  finish('stateless');
  expect((await first)?.messages).toMatchObject([
    { id: 'one', result: { content: [{ text: 'stateless is over' }] } },
  ]);
});

describe('a batch', () => {
  const batch = (size: number) => Array.from({ length: size }, (_, n) => call(n, 'count'));
  const eraOf = (transport: string, revision: string) => {
    const found = RAW_ERAS.find((era) => era.transport === transport && era.revision === revision);
    if (found === undefined) throw new Error(`There is no ${revision} over ${transport}`);
    return found;
  };
  const refused = { status: 400, messages: [{ error: 'invalid_request' }] };

  it('[row 71] of 2025-03-26 runs, up to 20 messages', async () => {
    await withPeer(eraOf('Streamable HTTP', '2025-03-26'), async ({ post }) => {
      const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
      const { status, messages } = await post([...batch(19), notification]);
      expect(status).toBe(200);
      expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(batch(19).map(({ id }) => id)));
      expect(await post([notification])).toEqual({ status: 202, messages: [] });
      const before = ran;
      expect(await post(batch(21))).toMatchObject(refused);
      expect(ran).toBe(before);
    });
  });

  it('[row 75] with one id twice is refused as a whole', async () => {
    await withPeer(eraOf('Streamable HTTP', '2025-03-26'), async ({ post }) => {
      const before = ran;
      expect(await post([call('a', 'count'), call('b', 'count'), call('a', 'count')])).toMatchObject(refused);
      expect(ran).toBe(before);
    });
  });

  it('[row 75] with an id that is still being answered is refused as a whole, and takes no id with it', async () => {
    await withPeer(eraOf('Streamable HTTP', '2025-03-26'), async ({ post }) => {
      const first = post(call('a', 'wait', { key: 'batch' }));
      await runningOf('batch');
      expect(await post([call('b', 'count'), call('a', 'count')])).toMatchObject(refused);
      finish('batch');
      expect((await first).messages).toMatchObject([{ id: 'a' }]);
      expect((await post(call('b', 'echo'))).messages).toMatchObject([{ id: 'b' }]);
    });
  });

  it.each<[string, unknown]>([
    ['a batch in a batch', [[call(1, 'count')]]],
    ['something that is no message', [call(1, 'count'), 5]],
    ['a bad id', [call(1, 'count'), call(null, 'count')]],
  ])('that holds %s is refused as a whole', async (_what, body) => {
    await withPeer(eraOf('Streamable HTTP', '2025-03-26'), async ({ post }) => {
      const before = ran;
      expect(await post(body)).toMatchObject(refused);
      expect(ran).toBe(before);
    });
  });

  it('[row 68] opens no session', async () => {
    const fresh = await startEngine([Tools]);
    for (const body of [[INITIALIZE], [INITIALIZE, call(2, 'count')], [{ ...INITIALIZE, id: undefined }]]) {
      expect((await send(`${fresh.origin}/mcp`, 'POST', 'alice', { body })).status).toBe(400);
    }
    expect(fresh.app.get(TransportRegistry).size).toBe(0);
    await fresh.close();
  });

  it.each(
    RAW_ERAS.filter(
      ({ transport, revision }) => transport !== 'Streamable HTTP' || revision !== '2025-03-26',
    ),
  )('is refused in $revision over $transport, whatever the header says', async (era) => {
    await withPeer(era, async ({ post }) => {
      const before = ran;
      for (const headers of [{}, { 'MCP-Protocol-Version': '2025-03-26' }] as Record<string, string>[]) {
        // 2026 has no session to hold the header against: there the envelope says it.
        const one = era.transport === 'stateless' ? call(1, 'count', {}, MODERN_META) : call(1, 'count');
        expect(await post([one], { headers })).toMatchObject({
          status: 400,
          messages: [{ error: 'invalid_request' }],
        });
      }
      expect(ran).toBe(before);
    });
  });
});

describe('a session that is initialized', () => {
  it.each(sessions)('[row 68] is not initialized again ($revision over $transport)', async (era) => {
    const answer = await withPeer(era, ({ post }) => post({ ...INITIALIZE, id: 'again' }));
    expect(answer).toMatchObject({ status: 400, messages: [{ id: 'again', error: { code: -32600 } }] });
  });
});

describe('a response that nobody asked for', () => {
  const response = (id: unknown) => ({ jsonrpc: '2.0', id, result: { action: 'accept', content: {} } });

  it.each(sessions)('[row 79] is accepted and dropped ($revision over $transport)', async (era) => {
    await withPeer(era, async ({ post }) => {
      for (const id of [0, 1, '0', '', 'x'])
        expect(await post(response(id))).toEqual({ status: 202, messages: [] });
      const error = { jsonrpc: '2.0', error: { code: -1, message: 'no' } };
      expect(await post(error)).toEqual({ status: 202, messages: [] });
      expect((await post(call(1, 'echo'))).messages).toMatchObject([{ id: 1 }]);
    });
  });

  it.each([
    ['HTTP+SSE', '/mcp/sse', SSEClientTransport],
    ['Streamable HTTP', '/mcp', StreamableHTTPClientTransport],
  ])("never answers a question in somebody else's session (%s)", async (transport, path, Transport) => {
    const client = new Client({ name: 'alice', version: '1' }, { capabilities: { elicitation: {} } });
    let asked: unknown;
    client.setRequestHandler(ElicitRequestSchema, async (_question, { requestId }) => {
      asked = requestId;
      const era = sessions.find((one) => one.transport === transport);
      const accept = { jsonrpc: '2.0', id: requestId, result: { action: 'accept', content: { sure: true } } };
      // Mallory guesses the id right, in a session of her own and in another one of Alice's.
      for (const token of ['mallory', 'alice']) {
        const peer = await era?.open(engine.origin, token);
        expect((await peer?.post(accept))?.status).toBe(202);
        peer?.close();
      }
      return { action: 'decline' };
    });
    const headers = { Authorization: 'Bearer alice' };
    await client.connect(new Transport(new URL(path, engine.origin), { requestInit: { headers } }));
    const answer = await client.callTool({ name: 'ask', arguments: {} });
    expect(answer.content).toMatchObject([{ text: 'decline' }]);
    expect(asked).toBeDefined();
    await client.close();
  });

  it('[row 79] is refused in 2026, which has no responses of clients', async () => {
    const headers = { 'MCP-Protocol-Version': MODERN };
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: response(0), headers });
    expect({ status: answer.status, ...JSON.parse(answer.text) }).toMatchObject({
      status: 400,
      error: 'invalid_request',
    });
  });
});

describe('a request of 2026', () => {
  const post = async (body: unknown, headers: Record<string, string>) => {
    const before = ran;
    const { status, text } = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers });
    expect(ran).toBe(before);
    return { status, code: (JSON.parse(text) as { error?: { code?: number } }).error?.code };
  };
  const { 'io.modelcontextprotocol/protocolVersion': version, ...withoutVersion } = MODERN_META;
  const HEADERS = { 'MCP-Protocol-Version': MODERN, 'Mcp-Method': 'tools/call', 'Mcp-Name': 'count' };
  const without = (header: keyof typeof HEADERS) =>
    Object.fromEntries(Object.entries(HEADERS).filter(([name]) => name !== header));

  it.each<[string, object | undefined]>([
    ['_meta', undefined],
    ['a revision in _meta', withoutVersion],
    ['capabilities in _meta', { 'io.modelcontextprotocol/protocolVersion': version }],
    [
      'capabilities that are an object',
      { ...MODERN_META, 'io.modelcontextprotocol/clientCapabilities': 'all' },
    ],
    ['a revision that is a text', { ...MODERN_META, 'io.modelcontextprotocol/protocolVersion': 20_260_728 }],
  ])('[row 80] without %s is refused as invalid params', async (_what, meta) => {
    expect(await post(call(1, 'count', {}, meta), HEADERS)).toEqual({ status: 400, code: -32602 });
  });

  it.each<[string, Record<string, string>]>([
    ['another revision in the header', { ...HEADERS, 'MCP-Protocol-Version': '2025-11-25' }],
    ['no revision in the headers', without('MCP-Protocol-Version')],
    ['another method in the header', { ...HEADERS, 'Mcp-Method': 'tools/list' }],
    ['the method in another case', { ...HEADERS, 'Mcp-Method': 'Tools/Call' }],
    ['no method in the headers', without('Mcp-Method')],
    ['another name in the header', { ...HEADERS, 'Mcp-Name': 'echo' }],
    ['no name in the headers', without('Mcp-Name')],
    ['the name twice', { ...HEADERS, 'Mcp-Name': 'count, count' }],
    ['a name in bad Base64', { ...HEADERS, 'Mcp-Name': '=?base64?Y291bnQ?=' }],
    ['a name in Base64 of another', { ...HEADERS, 'Mcp-Name': '=?base64?ZWNobw==?=' }],
  ])('[row 81] with %s is refused as a mismatch', async (_what, headers) => {
    expect(await post(call(1, 'count', {}, MODERN_META), headers)).toEqual({ status: 400, code: -32020 });
  });

  it('may have its name in Base64', async () => {
    const headers = { ...HEADERS, 'Mcp-Name': '=?base64?ZWNobw==?=' };
    const body = call(1, 'echo', {}, MODERN_META);
    expect((await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers })).status).toBe(200);
  });

  it('[row 83] is not to be confused with one of 2025: the header of one era with the body of another is refused', async () => {
    expect(await post(call(1, 'count'), HEADERS)).toEqual({ status: 400, code: -32602 });
    expect(await post(INITIALIZE, { 'MCP-Protocol-Version': MODERN })).toEqual({ status: 400, code: -32020 });
    expect(await post(call(1, 'count', {}, MODERN_META), {})).toEqual({ status: 400, code: -32020 });
  });
});

it('[row 87] never fetches a schema that another one refers to', async () => {
  const { createServer } = await import('node:http');
  let fetched = 0;
  const schemas = createServer((_req, res) => {
    fetched += 1;
    res.end('{"type":"object"}');
  });
  await new Promise<void>((resolve) => schemas.listen(0, '127.0.0.1', resolve));
  const address = schemas.address();
  const port = typeof address === 'object' ? address?.port : 0;

  @Injectable()
  class Referring {
    @Tool({
      name: 'refers',
      description: 'Refers to the network.',
      inputSchema: { type: 'object', properties: { a: { $ref: `http://127.0.0.1:${port}/schema.json` } } },
    })
    refers() {
      return 'never';
    }
  }
  await expect(startEngine([Referring])).rejects.toThrow(/refers|reference|\$ref/);
  expect(fetched).toBe(0);
  await new Promise((resolve) => schemas.close(resolve));
});
