import { randomBytes } from 'node:crypto';
import { Injectable, type Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Resource, Tool } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS } from '../support/rpc.js';

/** A provider with that many tools and resources, found in an order that is not theirs; every third needs a scope. */
function manyOf(count: number): Type {
  @Injectable()
  class Many {}
  for (let index = count - 1; index >= 0; index -= 1) {
    const name = `t${String(index).padStart(4, '0')}`;
    const descriptor = { value: () => name, configurable: true };
    Object.defineProperty(Many.prototype, name, descriptor);
    const scopes = index % 3 === 2 ? ['third'] : [];
    Tool({ name, description: name, scopes })(Many.prototype, name, descriptor);
    Resource({ uri: `many://${name}`, name, scopes })(Many.prototype, name, descriptor);
  }
  return Many;
}

const Tools = z.object({ tools: z.array(z.object({ name: z.string() })), nextCursor: z.string().optional() });

const COUNT = 25;
const secret = randomBytes(32);
let engine: EngineApp;
let node: EngineApp;
let hiding: EngineApp;

beforeAll(async () => {
  engine = await startEngine([manyOf(COUNT)], { pageSize: 10, secret });
  node = await startEngine([manyOf(COUNT)], { pageSize: 10, secret });
  hiding = await startEngine([manyOf(COUNT)], { pageSize: 10, hideForbidden: true });
});
afterAll(() => Promise.all([engine, node, hiding].map(({ close }) => close())));

it.each(ERAS)('a client in $era walks through all pages, in order and without a gap', async ({ connect }) => {
  const { sdk, close } = await connect(engine.origin, 'alice');
  const uris: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await sdk.listResources(cursor === undefined ? undefined : { cursor });
    uris.push(...page.resources.map((resource) => String(Reflect.get(resource, 'uri'))));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  await close();
  expect(uris).toHaveLength(COUNT);
  expect(uris).toEqual(uris.toSorted());
});

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  const list = async (origin: string, token: string, params: object, method = 'tools/list') => {
    const peer = await open(origin, token);
    try {
      return await peer.request(method, params);
    } finally {
      peer.close();
    }
  };
  const page = async (origin: string, token: string, params: object = {}) => {
    const { tools, nextCursor } = Tools.parse((await list(origin, token, params)).result);
    return { names: tools.map(({ name }) => name), nextCursor };
  };

  it('a page holds what the host allows, and the last one ends the list', async () => {
    const first = await page(engine.origin, 'alice');
    const second = await page(engine.origin, 'alice', { cursor: first.nextCursor });
    const third = await page(engine.origin, 'alice', { cursor: second.nextCursor });
    expect([first, second, third].map(({ names }) => names.length)).toEqual([10, 10, 5]);
    expect(third.nextCursor).toBeUndefined();
  });

  it('a cursor is understood by every node with the same key, and by no other', async () => {
    const { nextCursor: cursor } = await page(engine.origin, 'alice');
    expect((await page(node.origin, 'alice', { cursor })).names[0]).toBe('t0010');
    expect((await list(hiding.origin, 'alice', { cursor })).error).toMatchObject({ code: -32602 });
  });

  it('[row 85] a cursor of another list, or with a character changed, is refused', async () => {
    const { nextCursor: cursor = '' } = await page(engine.origin, 'alice');
    expect((await list(engine.origin, 'alice', { cursor }, 'resources/list')).error).toEqual({
      code: -32602,
      message: 'The cursor is not valid for this list',
    });
    for (const at of [0, 5, cursor.length - 1]) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect((await list(engine.origin, 'alice', { cursor: changed })).error).toMatchObject({ code: -32602 });
    }
    for (const changed of [`${cursor}=`, `${cursor}.`, ` ${cursor}`, cursor.toUpperCase()]) {
      expect((await list(engine.origin, 'alice', { cursor: changed })).error).toMatchObject({ code: -32602 });
    }
  });

  it('pages of what a caller may see are full, and show nothing else', async () => {
    const first = await page(hiding.origin, 'alice');
    const second = await page(hiding.origin, 'alice', { cursor: first.nextCursor });
    expect([first.names.length, second.names.length, second.nextCursor]).toEqual([10, 7, undefined]);
    expect([...first.names, ...second.names].filter((name) => Number(name.slice(1)) % 3 === 2)).toEqual([]);
    expect((await page(hiding.origin, 'alice+third')).names).toContain('t0002');
  });

  it('[row 85] a cursor shows nobody more than they may see', async () => {
    const { nextCursor: cursor } = await page(hiding.origin, 'carol+third');
    const { names } = await page(hiding.origin, 'alice', { cursor });
    expect(names.filter((name) => Number(name.slice(1)) % 3 === 2)).toEqual([]);
  });
});
