import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RedisAnswerRegistry } from '../../src/cluster/redis.answer.registry.js';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { MODERN_META, send } from '../support/raw.js';
import { hasRedisServer, type RedisServer, startRedis } from '../../src/storage/testing/redis.server.js';

const Sure = z.object({ sure: z.boolean() });

@Injectable()
class Payments {
  static runs = 0;

  @Tool({ name: 'pay', description: 'Pays once.' })
  async pay(_input: unknown, { elicit }: McpContext) {
    await elicit('confirm', { message: 'Pay?', schema: Sure });
    Payments.runs += 1;
    return 'paid';
  }

  @Tool({ name: 'twice', description: 'Asks twice.' })
  async twice(_input: unknown, { elicit }: McpContext) {
    await elicit('first', { message: 'First?', schema: Sure });
    await elicit('second', { message: 'Second?', schema: Sure });
    Payments.runs += 1;
    return 'done';
  }

  @Tool({ name: 'look', description: 'Only reads.', annotations: { readOnlyHint: true } })
  async look(_input: unknown, { elicit }: McpContext) {
    await elicit('confirm', { message: 'Look?', schema: Sure });
    Payments.runs += 1;
    return 'seen';
  }

  @Tool({ name: 'set', description: 'Sets a value.', annotations: { idempotentHint: true } })
  async set(_input: unknown, { elicit }: McpContext) {
    await elicit('confirm', { message: 'Set?', schema: Sure });
    Payments.runs += 1;
    return 'set';
  }
}

const Reply = z.object({
  result: z.looseObject({ requestState: z.string().optional() }).optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

const accept = (key: string) => ({ [key]: { action: 'accept', content: { sure: true } } });

async function call(origin: string, name: string, retry: object = {}) {
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
  const answer = await send(`${origin}/mcp`, 'POST', 'alice', {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: {}, ...retry, _meta: { ...MODERN_META, ...capabilities } },
    },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': name },
  });
  return Reply.parse(JSON.parse(answer.text));
}

const stateOf = ({ result }: z.output<typeof Reply>): string => result?.requestState ?? '';

/** Sends one answer eight times: five times at once, then three times in turn. */
async function replay(origins: readonly string[], name: string, retry: object) {
  const to = (index: number) => origins[index % origins.length] ?? '';
  const replies = await Promise.all(Array.from({ length: 5 }, (_, index) => call(to(index), name, retry)));
  for (let index = 0; index < 3; index += 1) replies.push(await call(to(index), name, retry));
  return replies;
}

const USED = { code: -32602, message: 'This answer was used already: make the call again from its start' };

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Payments]);
});
afterAll(() => engine.close());
beforeEach(() => {
  Payments.runs = 0;
});

describe('an answer of the user', () => {
  it('acts once, however often it is sent', async () => {
    const requestState = stateOf(await call(engine.origin, 'pay'));
    const replies = await replay([engine.origin], 'pay', { requestState, inputResponses: accept('confirm') });
    expect(Payments.runs).toBe(1);
    expect(replies.filter(({ result }) => result !== undefined)).toHaveLength(1);
    expect(replies.flatMap(({ error }) => error ?? [])).toEqual(Array.from({ length: 7 }, () => USED));
  });

  it('acts once in each round', async () => {
    const first = {
      requestState: stateOf(await call(engine.origin, 'twice')),
      inputResponses: accept('first'),
    };
    const second = await replay([engine.origin], 'twice', first);
    const states = second.map(stateOf).filter((state) => state !== '');
    expect(states).toHaveLength(1);
    await replay([engine.origin], 'twice', { requestState: states[0], inputResponses: accept('second') });
    expect(Payments.runs).toBe(1);
  });

  it('may repeat a call of a new state with the same answer', async () => {
    for (let run = 1; run <= 2; run += 1) {
      const requestState = stateOf(await call(engine.origin, 'pay'));
      await call(engine.origin, 'pay', { requestState, inputResponses: accept('confirm') });
      expect(Payments.runs).toBe(run);
    }
  });

  it.each(['look', 'set'])('may be sent again to a tool that changes nothing by it: %s', async (name) => {
    const requestState = stateOf(await call(engine.origin, name));
    const replies = await replay([engine.origin], name, { requestState, inputResponses: accept('confirm') });
    expect(replies.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(Payments.runs).toBe(8);
  });
});

describe.skipIf(!hasRedisServer())('over two nodes with one Redis', () => {
  const secret = Buffer.alloc(32, 7);
  let server: RedisServer;
  let redis: Redis;
  let nodes: EngineApp[] = [];

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    const answers = new RedisAnswerRegistry(redis);
    nodes = [
      await startEngine([Payments], { secret, answers }),
      await startEngine([Payments], { secret, answers }),
    ];
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    redis.disconnect();
    await server.close();
  });

  it('an answer acts once', async () => {
    const origins = nodes.map(({ origin }) => origin);
    const requestState = stateOf(await call(origins[0] ?? '', 'pay'));
    await replay(origins, 'pay', { requestState, inputResponses: accept('confirm') });
    expect(Payments.runs).toBe(1);
  });

  it('without Redis no answer acts, and it may be sent again', async () => {
    const requestState = stateOf(await call(nodes[0]?.origin ?? '', 'pay'));
    const client = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: null });
    client.on('error', () => undefined);
    const away = new RedisAnswerRegistry(client);
    const node = await startEngine([Payments], { secret, answers: away });
    const retry = { requestState, inputResponses: accept('confirm') };
    expect((await call(node.origin, 'pay', retry)).error?.message).toContain('send it again');
    expect(Payments.runs).toBe(0);
    await node.close();
    expect((await call(nodes[1]?.origin ?? '', 'pay', retry)).result).toBeDefined();
    expect(Payments.runs).toBe(1);
  });
});
