import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpContext, Resource, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS } from '../support/rpc.js';

const FLOOD = 20_000;

@Injectable()
class Floods {
  @Tool({ name: 'progress', description: 'Reports without a pause.' })
  progress(_input: unknown, { progress }: McpContext) {
    for (let step = 1; step <= FLOOD; step += 1) void progress(step, FLOOD, `step ${step}`);
    return 'done';
  }

  @Tool({ name: 'awaited', description: 'Reports, and waits for each report.' })
  async awaited(_input: unknown, { progress }: McpContext) {
    for (let step = 1; step <= FLOOD; step += 1) await progress(step, FLOOD, `step ${step}`);
    return 'done';
  }

  @Tool({ name: 'log', description: 'Logs without a pause.' })
  log(_input: unknown, { log }: McpContext) {
    for (let line = 0; line < FLOOD; line += 1) void log('error', { line, text: 'x'.repeat(100) });
    return 'done';
  }

  @Tool({ name: 'large', description: 'Logs large lines without a pause.' })
  large(_input: unknown, { log }: McpContext) {
    for (let line = 0; line < 3; line += 1) void log('error', 'x'.repeat(2_000_000));
    return 'done';
  }

  @Tool({ name: 'one', description: 'Logs one large line.' })
  async one(_input: unknown, { log }: McpContext) {
    await log('error', 'x'.repeat(2_000_000));
    return 'done';
  }

  @Tool({ name: 'some', description: 'Reports as tools do.' })
  async some(_input: unknown, { progress, log }: McpContext) {
    for (let step = 1; step <= 100; step += 1) {
      await progress(step, 100, `step ${step}`);
      await log('error', { step });
    }
    return 'done';
  }

  @Resource({ uri: 'flood://resource', name: 'flood' })
  resource(_uri: URL, { progress }: McpContext) {
    for (let step = 1; step <= FLOOD; step += 1) void progress(step, FLOOD, `step ${step}`);
    return 'done';
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Floods], { maxBacklogBytes: 4_194_304 });
});
afterAll(() => engine.close());

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  const ask = async (method: string, params: object) => {
    const peer = await open(engine.origin, 'alice');
    const meta = { progressToken: 'p', 'io.modelcontextprotocol/logLevel': 'debug' };
    const answer = await peer.request(method, { ...params, _meta: meta });
    peer.close();
    return answer;
  };

  it.each(['progress', 'awaited', 'log', 'large'])(
    'a tool that sends more than can be kept fails: %s',
    async (name) => {
      expect((await ask('tools/call', { name, arguments: {} })).result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('Too many notifications') }],
      });
    },
  );

  it('a resource that sends more than can be kept fails', async () => {
    expect((await ask('resources/read', { uri: 'flood://resource' })).error).toMatchObject({
      message: expect.stringContaining('Too many notifications'),
    });
  });

  it.each(['some', 'one'])('a tool that sends a few, or one that is large, is answered: %s', async (name) => {
    expect((await ask('tools/call', { name, arguments: {} })).result).toMatchObject({
      content: [{ text: 'done' }],
    });
  });
});
