import { Injectable } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Prompt, Resource, ResourceTemplate, type TemplateInput, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS, type RpcPeer } from '../support/rpc.js';

const TEXT = { type: 'text', text: 'a' };

class Page {
  readonly content: object[] = [{ id: 1, name: 'a' }];
  constructor(readonly totalElements: number) {}
}

/** What looks like a result of a tool, and is data. */
const DATA: Readonly<Record<string, object>> = {
  'a page': { content: [{ id: 1, name: 'a' }], totalElements: 42 },
  'an empty page': { content: [], totalElements: 0 },
  'a page of an instance': new Page(42),
  'a page of valid blocks': { content: [TEXT], totalElements: 1 },
  'a page without a total': { content: [{ id: 1, name: 'a' }] },
  'one block that is none': { content: [TEXT, { id: 1 }] },
  'an unknown kind of block': { content: [{ type: 'hologram', data: 'x' }] },
  'a block without its text': { content: [{ type: 'text', txt: 'a' }] },
  'an image that is no base64': { content: [{ type: 'image', data: '%%%', mimeType: 'image/png' }] },
  'content that is text': { content: 'a' },
  'content that is an object': { content: { id: 1 } },
  'an isError that is text': { content: [TEXT], isError: 'no' },
  'a _meta that is text': { content: [TEXT], _meta: 'none' },
  'a result type of its own': { content: [TEXT], resultType: 'page' },
  'a question of a form': { resultType: 'input_required', form: 5 },
  'a result deeper inside': { data: { content: [TEXT] } },
  'an array of results': [{ content: [TEXT] }],
  'an array of blocks': [TEXT],
  'structure alone': { structuredContent: { a: 1 } },
};

/** What consists of nothing but members of a result. */
const READY: Readonly<Record<string, object>> = {
  'empty content': { content: [] },
  text: { content: [TEXT] },
  'an error': { content: [TEXT], isError: true },
  'text with _meta': { content: [TEXT], _meta: { 'a.test/b': 1 } },
  'text with structure': { content: [TEXT], structuredContent: { b: 2 } },
  'a whole result of another server': { content: [TEXT], isError: false, resultType: 'complete' },
  'an annotated image': {
    content: [{ type: 'image', data: 'aGk=', mimeType: 'image/png', annotations: { priority: 1 } }],
  },
};

const Items = z.object({ content: z.array(z.looseObject({})), isError: z.boolean().optional() });
const Loose = z.looseObject({ total: z.number().optional() });

/** With an output schema: what is returned, and whether it is a result or the structured content of one. */
const WITH_SCHEMA: Readonly<Record<string, [z.ZodType, object, 'ready' | 'data' | 'wrong']>> = {
  'an empty page that fits': [Items, { content: [] }, 'data'],
  'blocks that fit': [Items, { content: [TEXT] }, 'data'],
  'blocks with an isError that fit': [Items, { content: [TEXT], isError: true }, 'data'],
  'blocks that fit a record': [z.record(z.string(), z.unknown()), { content: [TEXT] }, 'data'],
  'an error under a loose schema': [Loose, { content: [TEXT], isError: true }, 'ready'],
  'a result with structure that fits': [Loose, { content: [TEXT], structuredContent: { total: 1 } }, 'ready'],
  'a result with structure that does not': [
    Loose,
    { content: [TEXT], structuredContent: { total: 'x' } },
    'wrong',
  ],
  'a result without structure': [z.object({ total: z.number() }), { content: [TEXT] }, 'wrong'],
  'an error under a strict schema': [
    z.object({ total: z.number() }),
    { content: [TEXT], isError: true },
    'ready',
  ],
  'a page that does not fit': [z.object({ total: z.number() }), { content: [{ id: 1 }] }, 'wrong'],
};

const CONTENTS: Readonly<Record<string, object>> = {
  'a page': { contents: [{ id: 1 }], total: 42 },
  'an empty page': { contents: [], total: 0 },
  'an empty part of a page': { contents: [{ uri: 'a://b' }] },
  'valid contents of a page': { contents: [{ uri: 'a://b', text: 'c' }], total: 1 },
  'a chat': { messages: [{ role: 'user', content: 'hi' }] },
  'contents that are text': { contents: 'a' },
};

const MESSAGES: Readonly<Record<string, object>> = {
  'a page': { messages: [{ id: 1, content: 'a' }], total: 42 },
  'an empty page': { messages: [], total: 0 },
  'an unknown role': { messages: [{ role: 'system', content: TEXT }] },
  'content that is text': [{ role: 'user', content: 'hi' }],
  'an unknown block': [{ role: 'user', content: { type: 'hologram' } }],
  'messages that are text': { messages: 'a' },
  'any object': { a: 1 },
};

const returning = (value: object) => ({ value: () => value, configurable: true });
const nameOf = (what: string) => what.replaceAll(' ', '-');

@Injectable()
class Returning {
  @ResourceTemplate({ uriTemplate: 'data://{what}', name: 'data' })
  data({ variables }: TemplateInput) {
    return CONTENTS[decodeURIComponent(String(variables['what']))];
  }

  @Resource({ uri: 'ready://contents', name: 'ready' })
  ready() {
    return { contents: [{ uri: 'ready://contents', text: 'b', title: 'B' }], _meta: { 'a.test/b': 1 } };
  }

  @Resource({ uri: 'ready://empty', name: 'empty' })
  empty() {
    return { contents: [] };
  }

  @Prompt({ name: 'ready' })
  readyPrompt() {
    return {
      description: 'D',
      messages: [{ role: 'assistant' as const, content: { ...TEXT, type: 'text' as const } }],
    };
  }
}

for (const [what, value] of Object.entries({ ...DATA, ...READY })) {
  Object.defineProperty(Returning.prototype, what, returning(value));
  const descriptor = Object.getOwnPropertyDescriptor(Returning.prototype, what) ?? {};
  Tool({ name: nameOf(what), description: what })(Returning.prototype, what, descriptor);
}
for (const [what, [outputSchema, value]] of Object.entries(WITH_SCHEMA)) {
  Object.defineProperty(Returning.prototype, what, returning(value));
  const descriptor = Object.getOwnPropertyDescriptor(Returning.prototype, what) ?? {};
  Tool({ name: nameOf(what), description: what, outputSchema })(Returning.prototype, what, descriptor);
}
for (const [what, value] of Object.entries(MESSAGES)) {
  const key = `prompt ${what}`;
  Object.defineProperty(Returning.prototype, key, returning(value));
  const descriptor = Object.getOwnPropertyDescriptor(Returning.prototype, key) ?? {};
  Prompt({ name: nameOf(what) })(Returning.prototype, key, descriptor);
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Returning]);
});
afterAll(() => engine.close());

describe.each(RPC_ERAS)('in $era, a method that returns', ({ era, open }) => {
  let peer: RpcPeer;
  beforeEach(async () => {
    peer = await open(engine.origin, 'alice');
  });
  afterEach(() => peer.close());

  const call = async (what: string) => (await peer.request('tools/call', { name: nameOf(what) })).result;
  const asJson = (value: unknown) => ({ type: 'text', text: JSON.stringify(value) });
  /** Structured content that is no object exists since 2026-07-28. */
  const asStructure = (value: unknown) =>
    Array.isArray(value) && !era.startsWith('2026') ? { result: value } : { ...(value as object) };

  it.each(Object.keys(DATA))('%s loses nothing of it', async (what) => {
    const result = await call(what);
    expect(result).toMatchObject({ content: [asJson(DATA[what])] });
    expect(result?.['isError']).toBeUndefined();
    expect(Object.assign({}, result?.['structuredContent'])).toEqual(asStructure(DATA[what]));
  });

  it.each(Object.keys(READY))('%s gives that result', async (what) => {
    expect(await call(what)).toMatchObject(READY[what] ?? {});
  });

  it.each(Object.entries(WITH_SCHEMA))(
    '%s is measured by its output schema',
    async (what, [, value, kind]) => {
      const result = await call(what);
      const data = { content: [asJson(value)], structuredContent: value };
      const expected = { ready: value, wrong: { isError: true }, data }[kind];
      expect(result).toMatchObject(expected);
      expect(kind === 'data' && result?.['isError'] === true).toBe(false);
    },
  );

  it.each(Object.keys(CONTENTS))('%s from a resource loses nothing of it', async (what) => {
    const uri = `data://${encodeURIComponent(what)}`;
    const { result } = await peer.request('resources/read', { uri });
    const contents = [{ uri, mimeType: 'application/json', text: JSON.stringify(CONTENTS[what]) }];
    expect(result).toMatchObject({ contents });
  });

  it('ready contents from a resource gives them', async () => {
    const { result } = await peer.request('resources/read', { uri: 'ready://contents' });
    const contents = [{ uri: 'ready://contents', text: 'b', title: 'B' }];
    expect(result).toMatchObject({ contents, _meta: { 'a.test/b': 1 } });
    expect((await peer.request('resources/read', { uri: 'ready://empty' })).result).toMatchObject({
      contents: [],
    });
  });

  it.each(Object.keys(MESSAGES))('%s from a prompt loses nothing of it', async (what) => {
    const { result } = await peer.request('prompts/get', { name: nameOf(what) });
    expect(result).toMatchObject({ messages: [{ role: 'user', content: asJson(MESSAGES[what]) }] });
  });

  it('ready messages from a prompt gives them', async () => {
    const { result } = await peer.request('prompts/get', { name: 'ready' });
    expect(result).toMatchObject({ description: 'D', messages: [{ role: 'assistant', content: TEXT }] });
  });
});
