import { Injectable } from '@nestjs/common';
import type { LoggingLevel } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { ANSWERING_ERAS } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { MODERN_META, send } from '../support/raw.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

@Injectable()
class Telling {
  late: Promise<void> = Promise.resolve();

  @Tool({ name: 'progress', description: 'Tells its progress, badly at times.' })
  async progress(_input: unknown, { progress }: McpContext) {
    for (const value of [1, 2, 2, 1, Number.NaN, 3]) await progress(value, 3, `step ${value}`);
    // SDK 1 forgets who wanted the progress as soon as it reads the result, and loses what came in one piece with it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return 'done';
  }

  @Tool({ name: 'talks-on', description: 'Goes on after its end.' })
  talksOn(_input: unknown, { progress, log }: McpContext) {
    this.late = new Promise((resolve) => {
      const late = () => Array.from({ length: 1_000 }, (_, n) => [progress(n + 2), log('emergency', 'late')]);
      setTimeout(() => void Promise.all(late().flat()).then(() => resolve()), 20);
    });
    return 'done';
  }

  @Tool({ name: 'logs', description: 'Logs.' })
  async logs(_input: unknown, { log }: McpContext) {
    for (const level of ['debug', 'info', 'error'] satisfies LoggingLevel[]) await log(level, `a ${level}`);
    await log('error', { size: 1n });
    return 'done';
  }

  @Tool({ name: 'trace', description: 'Answers with its trace.' })
  trace(_input: unknown, { trace }: McpContext) {
    return { trace: trace ?? null };
  }

  @Tool({ name: 'who', description: 'Answers what it knows of the call.' })
  who(_input: unknown, { requestId, clientCapabilities, sessionId }: McpContext) {
    return {
      id: typeof requestId,
      elicitation: 'elicitation' in clientCapabilities,
      session: typeof sessionId,
    };
  }

  @Tool({ name: 'slow', description: 'Has its own limit.', timeoutMs: 50 })
  slow() {
    return new Promise<string>(() => undefined);
  }

  @Tool({ name: 'array', description: 'Answers an array.' })
  array() {
    return [1, 2];
  }

  @Tool({ name: 'date', description: 'Answers what JSON makes of it.' })
  date() {
    return { at: new Date(0), none: undefined };
  }

  @Tool({ name: 'blocks', description: 'Answers every kind of content.' })
  blocks() {
    return {
      content: [
        { type: 'image' as const, data: 'aGk=', mimeType: 'image/png' },
        { type: 'audio' as const, data: 'aGk=', mimeType: 'audio/wav' },
        { type: 'resource' as const, resource: { uri: 'a://b', text: 'inside' } },
        { type: 'resource_link' as const, uri: 'a://c', name: 'c' },
      ],
    };
  }

  @Tool({ name: 'bad-blocks', description: 'Answers content that is none.' })
  badBlocks() {
    return { content: [{ type: 'hologram', size: 3 }] };
  }
}

let engine: EngineApp;
let telling: Telling;

beforeAll(async () => {
  engine = await startEngine([Telling]);
  telling = engine.app.get(Telling);
});
afterAll(() => engine.close());

describe.each(ANSWERING_ERAS)('a call in $era', ({ connect, revision }) => {
  it('[row 127] tells a progress that only grows, to those who ask', async () => {
    const client = await connect(engine.origin, 'alice');
    const told: unknown[] = [];
    await client.call(
      'progress',
      {},
      { onprogress: ({ progress, message }) => told.push([progress, message]) },
    );
    expect(told).toEqual([
      [1, 'step 1'],
      [2, 'step 2'],
      [3, 'step 3'],
    ]);
    expect((await client.call('progress')).text).toBe('done');
    await client.close();
  });

  it('[row 127] says nothing after its end, however much it has to say', async () => {
    const client = await connect(engine.origin, 'alice');
    const told: unknown[] = [];
    await client.call('talks-on', {}, { onprogress: ({ progress }) => told.push(progress) });
    await telling.late;
    // Whatever had been sent would have come before this answer.
    await client.call('who');
    expect(told).toEqual([]);
    expect(client.logged).toEqual([]);
    await client.close();
  });

  it('logs from the level up that the client has asked for', async () => {
    const client = await connect(engine.origin, 'alice');
    const other = await connect(engine.origin, 'alice');
    const meta = { 'io.modelcontextprotocol/logLevel': 'error' };
    if (revision !== '2026') await client.sdk.setLoggingLevel('error');
    expect((await client.call('logs', {}, { meta })).text).toBe('done');
    expect(client.logged).toEqual([{ level: 'error', data: 'a error' }]);
    // Without a level, a session hears everything, and a request of 2026 nothing.
    await other.call('logs');
    expect(other.logged.map(({ level }) => level)).toEqual(
      revision === '2026' ? [] : ['debug', 'info', 'error'],
    );
    await Promise.all([client.close(), other.close()]);
  });

  it('carries the trace of its caller', async () => {
    const client = await connect(engine.origin, 'alice');
    const trace = { traceparent: TRACEPARENT, tracestate: 'a=1', baggage: 'user=x' };
    expect((await client.call('trace', {}, { meta: trace })).structured).toEqual({ trace });
    expect((await client.call('trace', {}, { meta: { traceparent: '00-1-2-3' } })).structured).toEqual({
      trace: null,
    });
    await client.close();
  });

  it('knows its id, its session and what its client can do', async () => {
    const client = await connect(engine.origin, 'alice', { elicit: () => ({ action: 'cancel' }) });
    expect((await client.call('who')).structured).toEqual({
      id: 'number',
      elicitation: true,
      session: revision === '2026' ? 'undefined' : 'string',
    });
    await client.close();
  });

  it('ends at the limit of its tool', async () => {
    const client = await connect(engine.origin, 'alice');
    expect(await client.call('slow')).toMatchObject({
      isError: true,
      text: 'The tool took longer than 0.05 s',
    });
    await client.close();
  });

  it('answers structure as its revision knows it, and always as text', async () => {
    const client = await connect(engine.origin, 'alice');
    expect(await client.call('array')).toMatchObject({
      text: '[1,2]',
      structured: revision === '2026' ? [1, 2] : { result: [1, 2] },
    });
    expect((await client.call('date')).structured).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    await client.close();
  });

  it('passes every kind of content, and masks what is none', async () => {
    const client = await connect(engine.origin, 'alice');
    const { content } = await client.sdk.callTool({ name: 'blocks', arguments: {} });
    expect(content).toEqual(new Telling().blocks().content);
    expect(await client.call('bad-blocks')).toMatchObject({
      isError: false,
      text: JSON.stringify(new Telling().badBlocks()),
      structured: new Telling().badBlocks(),
    });
    await client.close();
  });
});

it('keeps the log level of one session from another of the same user', async () => {
  const connect = () => ANSWERING_ERAS[1]?.connect(engine.origin, 'alice');
  const [one, two] = [await connect(), await connect()];
  await one?.sdk.setLoggingLevel('emergency');
  await one?.call('logs');
  await two?.call('logs');
  expect(one?.logged).toEqual([]);
  expect(two?.logged).toHaveLength(3);
  await Promise.all([one?.close(), two?.close()]);
});

it('has no logging/setLevel in 2026', async () => {
  const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'logging/setLevel',
      params: { level: 'info', _meta: MODERN_META },
    },
    headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'logging/setLevel' },
  });
  expect(answer.status).toBe(404);
  expect(z.object({ error: z.object({ code: z.number() }) }).parse(JSON.parse(answer.text)).error.code).toBe(
    -32601,
  );
});
