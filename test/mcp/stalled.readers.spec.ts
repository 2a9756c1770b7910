import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { dial, http } from '../edge/raw.socket.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { initialize, listTools, MODERN_META, send } from '../support/raw.js';

const MEGABYTE = 1_048_576;
const SENT = 48;
/** What the kernel keeps for both ends of a loopback connection, at its most, beside the backlog of 1 MB. */
const KEPT = 16;

const Input = z.object({ megabytes: z.number() });

@Injectable()
class Talkative {
  /** How many calls have said everything. */
  static done = 0;

  @Tool({ name: 'talk', description: 'Says more than anybody wants to hear.', inputSchema: Input })
  async talk({ megabytes }: z.output<typeof Input>, { log }: McpContext) {
    for (let count = 0; count < megabytes; count += 1) {
      await log('info', 'x'.repeat(MEGABYTE));
      // Lets the event loop write, as a tool that waits for something does.
      await setTimeout(15);
    }
    Talkative.done += 1;
    return 'said';
  }
}

let engine: EngineApp;
beforeAll(async () => {
  engine = await startEngine([Talkative], { toolTimeoutMs: 60_000 });
});
afterAll(() => engine.close());

interface Talk {
  /** The connection on which the tool's words come. */
  readonly socket: Socket;
  /** What a request afterwards is answered, on another connection. */
  later(): Promise<number>;
}

function post(path: string, body: object, ...headers: readonly string[]): string {
  const json = JSON.stringify(body);
  return (
    http(
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      'Authorization: Bearer alice',
      'Accept: application/json, text/event-stream',
      'Content-Type: application/json',
      `Content-Length: ${json.length}`,
      ...headers,
    ) + json
  );
}

const call = (megabytes: number, meta: object = {}) => ({
  jsonrpc: '2.0',
  id: 9,
  method: 'tools/call',
  params: { name: 'talk', arguments: { megabytes }, _meta: meta },
});

async function overSse(megabytes: number): Promise<Talk> {
  const socket = await dial(engine.origin);
  socket.write(
    http('GET /sse HTTP/1.1', 'Host: localhost', 'Authorization: Bearer alice', 'Accept: text/event-stream'),
  );
  let head = '';
  while (!/sessionId=\S+/.test(head)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    head += chunk.toString('latin1');
  }
  socket.pause();
  const url = engine.origin + (/data: (\S+)/.exec(head)?.[1] ?? '');
  expect((await send(url, 'POST', 'alice', { body: call(megabytes) })).status).toBe(202);
  return { socket, later: async () => (await send(url, 'POST', 'alice', { body: listTools() })).status };
}

async function overStreamable(megabytes: number): Promise<Talk> {
  const id = await initialize(engine.origin, 'alice');
  const socket = await dial(engine.origin);
  socket.pause().write(post('/mcp', call(megabytes), `Mcp-Session-Id: ${id}`));
  const headers = { 'Mcp-Session-Id': id };
  const later = async () =>
    (await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: listTools(), headers })).status;
  return { socket, later };
}

async function stateless(megabytes: number): Promise<Talk> {
  const socket = await dial(engine.origin);
  const meta = { ...MODERN_META, 'io.modelcontextprotocol/logLevel': 'info' };
  const named = ['MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', 'Mcp-Name: talk'];
  socket.pause().write(post('/mcp', call(megabytes, meta), ...named));
  const body = { ...listTools(), params: { _meta: MODERN_META } };
  const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
  const later = async () => (await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers })).status;
  return { socket, later };
}

/** Everything that still comes, until the connection ends or the tool's answer is there. */
async function readAll(socket: Socket): Promise<{ megabytes: number; ended: boolean }> {
  let bytes = 0;
  let tail = '';
  const over = new AbortController();
  socket.on('error', () => undefined);
  for (const event of ['end', 'close']) socket.on(event, () => over.abort());
  while (!over.signal.aborted && !tail.includes('"text":"said"')) {
    const chunk: unknown = socket.read();
    if (chunk === null) await Promise.race([once(socket, 'readable').catch(() => undefined), setTimeout(50)]);
    else if (Buffer.isBuffer(chunk)) {
      bytes += chunk.length;
      tail = (tail + chunk.toString('latin1')).slice(-500);
    }
  }
  socket.destroy();
  return { megabytes: bytes / MEGABYTE, ended: over.signal.aborted };
}

const WAYS: readonly [string, (megabytes: number) => Promise<Talk>, number][] = [
  ['2024-11-05', overSse, 404],
  ['2025-11-25', overStreamable, 200],
  ['2026-07-28', stateless, 200],
];

describe.each(WAYS)('a stream of %s', (_revision, open, afterwards) => {
  it('[row 66] that nobody reads is cut, and keeps neither memory nor anybody else', async () => {
    const before = Talkative.done;
    const { socket, later } = await open(SENT);

    await expect.poll(() => Talkative.done, { timeout: 10_000 }).toBeGreaterThan(before);
    const { megabytes, ended } = await readAll(socket);
    expect(ended).toBe(true);
    expect(megabytes).toBeLessThan(KEPT);
    expect(await later()).toBe(afterwards);
  });

  it('that is read is not cut, however much there is', async () => {
    const { socket } = await open(SENT);
    const { megabytes, ended } = await readAll(socket);
    expect(ended).toBe(false);
    expect(megabytes).toBeGreaterThan(SENT);
  });
});
