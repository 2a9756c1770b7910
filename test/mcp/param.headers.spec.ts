import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Tool } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { initialize, MODERN_META, send } from '../support/raw.js';

const Input = z.object({
  region: z.string().meta({ 'x-mcp-header': 'Region' }),
  shard: z.int().optional().meta({ 'x-mcp-header': 'Shard' }),
});

let ran = 0;

@Injectable()
class Routed {
  @Tool({ name: 'routed', description: 'Is routed by its arguments.', inputSchema: Input })
  routed({ region }: z.output<typeof Input>) {
    ran += 1;
    return region;
  }

  @Tool({ name: 'locked', description: 'Needs a scope.', inputSchema: Input, scopes: ['routed:run'] })
  locked() {
    ran += 1;
    return 'unlocked';
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Routed]);
});
afterAll(() => engine.close());

const call = (args: Record<string, unknown>, headers: Record<string, string>, name = 'routed') =>
  send(`${engine.origin}/mcp`, 'POST', 'alice', {
    body: {
      jsonrpc: '2.0',
      id: 9,
      method: 'tools/call',
      params: { name, arguments: args, _meta: MODERN_META },
    },
    headers: {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': name,
      ...headers,
    },
  });

describe('a call of 2026 with header parameters', () => {
  it('runs when headers and arguments agree', async () => {
    const answer = await call(
      { region: 'eu', shard: 7 },
      { 'Mcp-Param-Region': 'eu', 'Mcp-Param-Shard': '7.0' },
    );
    expect(JSON.parse(answer.text)).toMatchObject({ id: 9, result: { content: [{ text: 'eu' }] } });
  });

  it('runs when the header is wrapped, because the value fits in no header', async () => {
    const wrapped = `=?base64?${Buffer.from('Zürich').toString('base64')}?=`;
    const answer = await call({ region: 'Zürich' }, { 'Mcp-Param-Region': wrapped });
    expect(JSON.parse(answer.text)).toMatchObject({ result: { content: [{ text: 'Zürich' }] } });
  });

  it.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['different', { 'Mcp-Param-Region': 'us' }],
    ['badly wrapped', { 'Mcp-Param-Region': '=?base64?ZXU?=' }],
  ])('is refused before the tool runs when a header is %s', async (_what, headers) => {
    const before = ran;
    const answer = await call({ region: 'eu' }, headers);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', id: 9, error: { code: -32020 } });
    expect(ran).toBe(before);
  });

  it('is told of the scopes it lacks first, whatever its headers say', async () => {
    expect((await call({ region: 'eu' }, {}, 'locked')).text).not.toContain('-32020');
  });
});

it('asks no header of the eras that have none', async () => {
  const id = await initialize(engine.origin, 'alice');
  const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', {
    body: {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'routed', arguments: { region: 'eu' } },
    },
    headers: { 'Mcp-Session-Id': id, 'Mcp-Param-Region': 'us' },
  });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('"eu"');
});

it.each(ERAS)('serves the official client, which sends the headers by itself ($era)', async ({ connect }) => {
  const client = await connect(engine.origin, 'alice');
  // The client learns from the list which parameters it has to repeat.
  await client.listTools();
  expect((await client.callTool('routed', { region: ' a b ', shard: 3 })).text).toBe(' a b ');
  await client.close();
});

describe('a start with a declaration that no client could follow', () => {
  @Injectable()
  class Broken {
    @Tool({
      name: 'broken',
      description: 'Repeats itself.',
      inputSchema: z.object({
        a: z.string().meta({ 'x-mcp-header': 'Same' }),
        b: z.string().meta({ 'x-mcp-header': 'SAME' }),
      }),
    })
    broken() {
      return 'never';
    }
  }

  it('fails, and names the tool and the parameter', async () => {
    await expect(startEngine([Broken])).rejects.toThrow(
      'x-mcp-header of tool "broken" at "b" repeats the name',
    );
  });
});
