import { Injectable } from '@nestjs/common';
import { ProtocolError, Server } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool, ToolError } from '../../src/mcp/index.js';
import { CallServer } from '../../src/mcp/server/call.server.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RAW_ERAS, type RawPeer } from '../support/raw.peers.js';

const ICON = { src: 'https://example.com/icon.png' };

@Injectable()
class Tools {
  @Tool({
    name: 'echo',
    description: 'Echoes.',
    inputSchema: z.looseObject({}),
    icons: [ICON],
    meta: { a: 1 },
  })
  echo(input: object) {
    return input;
  }

  @Tool({
    name: 'list',
    description: 'Lists.',
    outputSchema: z.array(z.number()),
    annotations: { readOnlyHint: true },
  })
  list() {
    return [1, 2];
  }

  @Tool({
    name: 'strict',
    description: 'Takes one argument.',
    inputSchema: z.strictObject({ n: z.number() }),
  })
  strict({ n }: { n: number }) {
    return `n ${n}`;
  }

  @Tool({ name: 'reports', description: 'Reports progress and logs.' })
  async reports(_input: unknown, { progress, log }: McpContext) {
    await progress(1, 2, 'half');
    await progress(1, 2, 'again');
    await log('warning', { at: 'half' }, 'reports');
    await progress(2, 2);
    return 'done';
  }

  @Tool({ name: 'refuses', description: 'Refuses.' })
  refuses(): never {
    throw new ToolError('Not today');
  }

  @Tool({ name: 'fails', description: 'Throws an error of the protocol.' })
  fails(): never {
    throw new ProtocolError(-32002, 'Not found', { what: 'it' });
  }

  @Tool({ name: 'ready', description: 'A ready result of its own.' })
  ready() {
    return { content: [{ type: 'text' as const, text: 'a' }], _meta: { b: 2 }, isError: true };
  }
}

/** Messages about tools as clients and broken programs send them. */
const MESSAGES: readonly (readonly [string, object])[] = [
  ['a list', { method: 'tools/list' }],
  ['a list with params', { method: 'tools/list', params: {} }],
  ['a list with an unknown member', { method: 'tools/list', params: { other: 1 } }],
  ['a list from a cursor that is none', { method: 'tools/list', params: { cursor: 'x' } }],
  ['a list from a number', { method: 'tools/list', params: { cursor: 5 } }],
  ['a call', { method: 'tools/call', params: { name: 'echo', arguments: { a: [1, { b: 'é' }] } } }],
  ['a call without arguments', { method: 'tools/call', params: { name: 'echo' } }],
  ['a call with null arguments', { method: 'tools/call', params: { name: 'echo', arguments: null } }],
  [
    'a call with an unknown member',
    { method: 'tools/call', params: { name: 'echo', arguments: {}, other: { a: 1 } } },
  ],
  [
    'a call with meta',
    { method: 'tools/call', params: { name: 'echo', arguments: {}, _meta: { 'example.com/a': 1 } } },
  ],
  ['a call of nothing', { method: 'tools/call', params: { name: 'none', arguments: {} } }],
  ['a call of a number', { method: 'tools/call', params: { name: 5, arguments: {} } }],
  ['a call without a name', { method: 'tools/call', params: {} }],
  ['a call with a list of arguments', { method: 'tools/call', params: { name: 'echo', arguments: [1] } }],
  [
    'a call with wrong arguments',
    { method: 'tools/call', params: { name: 'strict', arguments: { n: 'a', m: 1 } } },
  ],
  ['a call for structure', { method: 'tools/call', params: { name: 'list', arguments: {} } }],
  ['a call that is refused', { method: 'tools/call', params: { name: 'refuses', arguments: {} } }],
  ['a call that fails', { method: 'tools/call', params: { name: 'fails', arguments: {} } }],
  ['a call with a ready result', { method: 'tools/call', params: { name: 'ready', arguments: {} } }],
  [
    'a call that reports',
    { method: 'tools/call', params: { name: 'reports', arguments: {}, _meta: { progressToken: 'p' } } },
  ],
  [
    'a call with a token that is a number',
    { method: 'tools/call', params: { name: 'reports', _meta: { progressToken: 7 } } },
  ],
  ['a call as a task', { method: 'tools/call', params: { name: 'echo', arguments: {}, task: { ttl: 5 } } }],
  [
    'a call with a log level of its own',
    {
      method: 'tools/call',
      params: { name: 'reports', _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } },
    },
  ],
  [
    'a call with a client that is none',
    { method: 'tools/call', params: { name: 'echo', _meta: { 'io.modelcontextprotocol/clientInfo': 5 } } },
  ],
];

interface Codec {
  _outboundServerInfo(): unknown;
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Tools]);
});
afterAll(() => engine.close());

/** As the SDK's own server answers: without the short way of tool requests. */
function withoutFastPath<Result>(run: () => Promise<Result>): Promise<Result> {
  vi.spyOn(CallServer.prototype, 'read').mockReturnValue(undefined);
  vi.spyOn(CallServer.prototype, 'connect').mockImplementation(function connect(this: Server, transport) {
    return Server.prototype.connect.call(this, transport);
  });
  return run().finally(() => vi.restoreAllMocks());
}

describe.each(RAW_ERAS)('over $transport in $revision', ({ transport, open }) => {
  async function answers(messages: readonly object[], prepare = () => {}): Promise<string[]> {
    const peer = await open(engine.origin, 'alice');
    prepare();
    try {
      return await inTurn(peer, messages);
    } finally {
      peer.close();
    }
  }

  // HTTP+SSE reads one event for each message, and these send more before the response.
  const askable = MESSAGES.filter(
    ([, message]) => transport !== 'HTTP+SSE' || !JSON.stringify(message).includes('reports'),
  );

  it('answers every message as the plain server does, byte for byte', async () => {
    const messages = askable.map(([, message], index) => ({ jsonrpc: '2.0', id: index, ...message }));
    const fast = await answers(messages);
    const plain = await withoutFastPath(() => answers(messages));
    askable.forEach(([name], index) =>
      expect({ name, answer: fast[index] }).toEqual({ name, answer: plain[index] }),
    );
  });

  it('answers generated arguments and meta as the plain server does', async () => {
    const messages = fc
      .sample(fc.record({ arguments: fc.dictionary(fc.string(), fc.jsonValue()), other: fc.jsonValue() }), {
        numRuns: 40,
        seed: 1,
      })
      .map((params, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'echo', ...params },
      }));
    expect(await answers(messages)).toEqual(await withoutFastPath(() => answers(messages)));
  });

  it('answers a result that the codec refuses as the plain server does', async () => {
    const call = { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'echo', arguments: {} } };
    // The codec asks for it while it encodes, after the tool has run.
    const refuse = () => {
      // A protected member, which the compiler hides from a test.
      vi.spyOn(CallServer.prototype as unknown as Codec, '_outboundServerInfo').mockImplementation(() => {
        throw new Error('postgres://user:password@host');
      });
    };
    const fast = await answers([call], refuse).finally(() => vi.restoreAllMocks());
    const plain = await withoutFastPath(() => answers([call], refuse));
    expect(fast).toEqual(plain);
    expect(fast.join('')).toContain('Internal error');
    expect(fast.join('')).not.toContain('password');
  });
});

async function inTurn(peer: RawPeer, messages: readonly object[]): Promise<string[]> {
  const answers: string[] = [];
  for (const message of messages) {
    const { status, messages: told } = await peer.post(message);
    // A reference into the log is made anew for each error.
    answers.push(`${status} ${JSON.stringify(told).replaceAll(/ref [\da-f]{12}/g, 'ref')}`);
  }
  return answers;
}
