import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  inputRequired,
  inputResponse,
  type McpContext,
  Prompt,
  ResourceTemplate,
  type TemplateInput,
  Tool,
} from '../../src/mcp/index.js';
import { ANSWERING_ERAS, type Elicitation, type User } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { MODERN_META, send } from '../support/raw.js';

const Sure = z.object({ sure: z.boolean() });
const Size = z.object({ size: z.enum(['S', 'M']), count: z.int().min(1).default(1) });
const File = z.object({ name: z.string() });

@Injectable()
class Asking {
  @Tool({ name: 'delete', description: 'Asks once.', inputSchema: File })
  async delete({ name }: z.output<typeof File>, { elicit }: McpContext) {
    const answer = await elicit('confirm', { message: `Delete ${name}?`, schema: Sure });
    return answer.action === 'accept' ? `sure: ${answer.content.sure}` : answer.action;
  }

  @Tool({ name: 'order', description: 'Asks twice, one after the other.' })
  async order(_input: unknown, { elicit }: McpContext) {
    const size = await elicit('size', { message: 'Which size?', schema: Size });
    if (size.action !== 'accept') return 'no size';
    const { count } = size.content;
    const sure = await elicit('confirm', {
      message: `Order ${count} of ${size.content.size}?`,
      schema: Sure,
    });
    return `${count} ${size.content.size} ${sure.action}`;
  }

  @Tool({ name: 'together', description: 'Asks two questions at once.' })
  async together(_input: unknown, { elicit }: McpContext) {
    const [one, two] = await Promise.all([
      elicit('one', { message: 'One?', schema: Sure }),
      elicit('two', { message: 'Two?', schema: Sure }),
    ]);
    return `${one.action} ${two.action}`;
  }

  @Tool({ name: 'plain-schema', description: 'Asks with JSON Schema.' })
  async plainSchema(_input: unknown, { elicit }: McpContext) {
    const answer = await elicit('colour', {
      message: 'Which colour?',
      schema: { type: 'object', properties: { colour: { type: 'string', enum: ['red', 'green'] } } },
    });
    return JSON.stringify(answer);
  }

  @Tool({ name: 'open-page', description: 'Sends the user to a page.' })
  async openPage(_input: unknown, { elicit }: McpContext) {
    const url = `https://connect.test/?nonce=${Math.random()}`;
    return (await elicit('page', { message: 'Sign in there', url })).action;
  }

  @Tool({ name: 'swallows', description: 'Takes every error for its own.' })
  async swallows(_input: unknown, { elicit }: McpContext) {
    try {
      return (await elicit('confirm', { message: 'Sure?', schema: Sure })).action;
    } catch {
      return 'it failed';
    }
  }

  @Tool({ name: 'same-key', description: 'Has two questions under one key.' })
  async sameKey(_input: unknown, { elicit }: McpContext) {
    await Promise.all([
      elicit('key', { message: 'One?', schema: Sure }).catch(() => undefined),
      elicit('key', { message: 'Two?', schema: Sure }),
    ]);
    return 'never';
  }

  @Tool({ name: 'ask-model', description: 'Samples and lists roots, by the result of the SDK.' })
  async askModel(_input: unknown, { inputResponses, requestState, sealState }: McpContext) {
    const model = inputResponse(inputResponses, 'model');
    const roots = inputResponse(inputResponses, 'roots');
    if (model.kind !== 'sampling' || roots.kind !== 'roots') {
      return inputRequired({
        inputRequests: {
          model: inputRequired.createMessage({
            messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
            maxTokens: 10,
          }),
          roots: inputRequired.listRoots(),
        },
        requestState: await sealState({ begun: 'once' }),
      });
    }
    return `${JSON.stringify(model.result.content)} ${roots.roots[0]?.uri} ${requestState<{ begun: string }>()?.begun}`;
  }

  @Prompt({ name: 'ask-first' })
  async askFirst(_args: unknown, { elicit }: McpContext) {
    return `prompt: ${(await elicit('confirm', { message: 'Sure?', schema: Sure })).action}`;
  }

  @ResourceTemplate({ uriTemplate: 'asked://{id}', name: 'asked' })
  async asked({ variables }: TemplateInput, { elicit }: McpContext) {
    return `${String(variables['id'])}: ${(await elicit('confirm', { message: 'Sure?', schema: Sure })).action}`;
  }
}

const TOLD_BY_THE_TOOL = { isError: true, text: expect.stringContaining('capability') };
const alphabetically = (a: unknown, b: unknown) => (String(a) < String(b) ? -1 : 1);

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Asking], { toolTimeoutMs: 300 });
});
afterAll(() => engine.close());

describe.each(ANSWERING_ERAS)('a question to the user in $era', ({ connect, revision }) => {
  const seen: Record<string, unknown>[] = [];
  const answering = (...answers: Elicitation[]): User => {
    seen.length = 0;
    return {
      elicit: (params) => {
        seen.push(params);
        return answers[Math.min(seen.length, answers.length) - 1] ?? { action: 'cancel' };
      },
    };
  };
  const call = async (user: User, name: string, args?: Record<string, unknown>) => {
    const client = await connect(engine.origin, 'alice', user);
    try {
      return await client.call(name, args);
    } finally {
      await client.close();
    }
  };

  it('is answered where it was asked', async () => {
    const answer = await call(answering({ action: 'accept', content: { sure: true } }), 'delete', {
      name: 'a',
    });
    expect(answer).toMatchObject({ isError: false, text: 'sure: true' });
    expect(seen).toMatchObject([
      {
        message: 'Delete a?',
        requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
      },
    ]);
  });

  it.each(['decline', 'cancel'] as const)('may be answered with %s', async (action) => {
    expect((await call(answering({ action }), 'delete', { name: 'a' })).text).toBe(action);
  });

  it('may follow another, whose answer is kept', async () => {
    const user = answering(
      { action: 'accept', content: { size: 'M', count: 2 } },
      { action: 'accept', content: { sure: true } },
    );
    expect((await call(user, 'order')).text).toBe('2 M accept');
    expect(seen.map(({ message }) => message)).toEqual(['Which size?', 'Order 2 of M?']);
  });

  it('is asked again when the answer does not fit', async () => {
    const user = answering(
      { action: 'accept', content: { size: 'XXL', count: 2 } },
      { action: 'accept', content: { size: 'S', count: 3 } },
      { action: 'decline' },
    );
    expect((await call(user, 'order')).text).toBe('3 S decline');
    expect(seen).toHaveLength(3);
  });

  it('is asked together with another', async () => {
    expect((await call(answering({ action: 'accept', content: { sure: true } }), 'together')).text).toBe(
      'accept accept',
    );
    expect(seen.map(({ message }) => message).toSorted(alphabetically)).toEqual(['One?', 'Two?']);
  });

  it('may be written in JSON Schema', async () => {
    const user = answering(
      { action: 'accept', content: { colour: 'blue' } },
      { action: 'accept', content: { colour: 'red' } },
    );
    const expected = { action: 'accept', content: { colour: 'red' } };
    expect(JSON.parse((await call(user, 'plain-schema')).text)).toEqual(expected);
  });

  it('may be a page to open', async () => {
    expect((await call(answering({ action: 'accept' }), 'open-page')).text).toBe('accept');
    expect(seen).toMatchObject([{ mode: 'url', url: expect.stringMatching(/^https:\/\/connect\.test\//) }]);
  });

  it('is asked even when the tool swallows the error that ends its round', async () => {
    expect((await call(answering({ action: 'accept', content: { sure: true } }), 'swallows')).text).toBe(
      'accept',
    );
  });

  it('has its key for itself', async () => {
    const answer = await call(answering({ action: 'accept', content: { sure: true } }), 'same-key');
    expect(answer).toMatchObject({ isError: true, text: expect.stringMatching(/^Internal error/) });
    expect(seen).toEqual([]);
  });

  it('may be asked by a prompt and by a resource', async () => {
    const client = await connect(
      engine.origin,
      'alice',
      answering({ action: 'accept', content: { sure: true } }),
    );
    expect(await client.prompt('ask-first')).toBe('prompt: accept');
    expect(await client.read('asked://7')).toBe('7: accept');
    await client.close();
  });

  it('may go to the model and to the roots, by the result of the SDK', async () => {
    const user = { sample: () => 'Hi', roots: ['file:///home'] };
    expect((await call(user, 'ask-model')).text).toBe('{"type":"text","text":"Hi"} file:///home once');
  });

  it('is not asked of a client that cannot ask', async () => {
    const client = await connect(engine.origin, 'alice');
    const answer = await client.call('delete', { name: 'a' }).catch((error: unknown) => error);
    expect(answer).toMatchObject(revision === '2026' ? { code: -32021 } : TOLD_BY_THE_TOOL);
    await client.close();
  });
});

describe('the state between two rounds of 2026-07-28', () => {
  const CAPABILITIES = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
  const request = async (token: string, name: string, args: object, retry: object = {}) => {
    const params = { name, arguments: args, ...retry, _meta: { ...MODERN_META, ...CAPABILITIES } };
    const answer = await send(`${engine.origin}/mcp`, 'POST', token, {
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
      headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': name },
    });
    const { result, error } = Reply.parse(JSON.parse(answer.text));
    return { result, error };
  };
  const inputResponses = { confirm: { action: 'accept', content: { sure: true } } };
  const ask = async () =>
    (await request('alice', 'delete', { name: 'a', more: [1] })).result?.requestState ?? '';
  const REFUSED = { result: undefined, error: { code: -32602, message: 'Invalid or expired requestState' } };

  it('brings the answer home', async () => {
    const requestState = await ask();
    const { result } = await request(
      'alice',
      'delete',
      { more: [1], name: 'a' },
      { requestState, inputResponses },
    );
    expect(result).toMatchObject({ resultType: 'complete', content: [{ text: 'sure: true' }] });
  });

  it.each([
    ['another user', 'mallory', 'delete', { name: 'a', more: [1] }],
    ['another client of the same user', 'alice@other', 'delete', { name: 'a', more: [1] }],
    ['another tool', 'alice', 'swallows', { name: 'a', more: [1] }],
    ['other arguments', 'alice', 'delete', { name: 'b', more: [1] }],
  ])('[row 84] is worth nothing for %s', async (_what, token, name, args) => {
    expect(await request(token, name, args, { requestState: await ask(), inputResponses })).toEqual(REFUSED);
  });

  it.each([
    ['cut short', (state: string) => state.slice(0, -3)],
    ['lengthened', (state: string) => `${state}x`],
    [
      'altered',
      (state: string) =>
        state.replace(/^v1\.(.)/, (_all, first: string) => `v1.${first === 'e' ? 'f' : 'e'}`),
    ],
    ['made up', () => 'v1.e30.AAAA'],
    ['empty', () => ''],
    ['huge', () => 'v1.'.padEnd(20_000, 'A')],
  ])('[row 84] is refused when it is %s', async (_how, change) => {
    const requestState = change(await ask());
    expect(
      await request('alice', 'delete', { name: 'a', more: [1] }, { requestState, inputResponses }),
    ).toEqual(REFUSED);
  });

  it('[row 84] is refused after ten minutes, and not before', async () => {
    const requestState = await ask();
    const retry = () =>
      request('alice', 'delete', { name: 'a', more: [1] }, { requestState, inputResponses });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 595_000 });
    try {
      expect((await retry()).result).toBeDefined();
      vi.setSystemTime(Date.now() + 10_000);
      expect(await retry()).toEqual(REFUSED);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is what makes an answer count: one that nobody asked for is asked for', async () => {
    const { result } = await request('alice', 'delete', { name: 'a' }, { inputResponses });
    expect(result).toMatchObject({ resultType: 'input_required' });
  });

  it('holds an answer to the very words that were asked', async () => {
    const first = await request('alice', 'order', {});
    const size = { size: { action: 'accept', content: { size: 'M', count: 2 } }, ...inputResponses };
    const { result } = await request(
      'alice',
      'order',
      {},
      {
        requestState: first.result?.requestState,
        inputResponses: size,
      },
    );
    // The confirmation came along unasked, for an order whose size was not known yet.
    expect(result).toMatchObject({ resultType: 'input_required' });
  });
});

const Reply = z.object({
  result: z.looseObject({ requestState: z.string().optional() }).optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});
