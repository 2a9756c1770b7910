import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { ANSWERING_ERAS } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { initialize, send } from '../support/raw.js';

/** A tool that a test can watch from inside. */
@Injectable()
class Waiting {
  begun: Promise<McpContext> = Promise.resolve({} as never);
  private begin: (context: McpContext) => void = () => undefined;
  private end: () => void = () => undefined;
  ended = 0;

  reset(): void {
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
    this.ended = 0;
  }

  finish(): void {
    this.end();
  }

  @Tool({ name: 'wait', description: 'Waits until the test lets it go on.' })
  async wait(_input: unknown, context: McpContext) {
    const waited = new Promise<void>((resolve) => {
      this.end = resolve;
    });
    this.begin(context);
    await waited;
    this.ended += 1;
    return 'waited';
  }
}

let engine: EngineApp;
let waiting: Waiting;

beforeAll(async () => {
  engine = await startEngine([Waiting], { toolTimeoutMs: 10_000 });
  waiting = engine.app.get(Waiting);
});
beforeEach(() => waiting.reset());
afterAll(() => engine.close());

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

describe.each(ANSWERING_ERAS)('a call in $era', ({ connect }) => {
  it('is told by its signal that the caller has cancelled', async () => {
    const client = await connect(engine.origin, 'alice');
    const controller = new AbortController();
    const call = client.call('wait', {}, { signal: controller.signal });
    const { signal } = await waiting.begun;
    expect(signal.aborted).toBe(false);
    controller.abort('enough');
    await expect(call).rejects.toThrow(/enough|abort/i);
    await expect(aborted(signal)).resolves.toBeUndefined();
    waiting.finish();
    await client.close();
  });
});

describe('a client of 2025 that goes away', () => {
  const call = (id: string, signal?: AbortSignal) =>
    fetch(`${engine.origin}/mcp`, {
      method: 'POST',
      headers: {
        Authorization: 'Bearer alice',
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'Mcp-Session-Id': id,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'slow', method: 'tools/call', params: { name: 'wait' } }),
      ...(signal && { signal }),
    });

  it('[row 67] has not cancelled its call, which runs to its end', async () => {
    const id = await initialize(engine.origin, 'alice');
    const controller = new AbortController();
    const response = await call(id, controller.signal);
    const { signal } = await waiting.begun;
    controller.abort();
    await response.text().catch(() => undefined);
    // A second request shows that the server has seen the first connection close.
    await send(`${engine.origin}/mcp`, 'POST', 'alice', {
      body: { jsonrpc: '2.0', id: 2, method: 'ping' },
      headers: { 'Mcp-Session-Id': id },
    });
    expect(signal.aborted).toBe(false);
    waiting.finish();
    await expect.poll(() => waiting.ended).toBe(1);
  });

  it.each([
    ['a request that does not exist', 'alice', 'other'],
    ['the request of another session', 'mallory', 'slow'],
  ])('[row 88] does not cancel by naming %s', async (_what, token, requestId) => {
    const id = await initialize(engine.origin, 'alice');
    const response = await call(id);
    const { signal } = await waiting.begun;
    const own = token === 'alice' ? id : await initialize(engine.origin, token);
    const answer = await send(`${engine.origin}/mcp`, 'POST', token, {
      body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } },
      headers: { 'Mcp-Session-Id': own },
    });
    expect(answer.status).toBe(202);
    expect(signal.aborted).toBe(false);
    waiting.finish();
    expect(await response.text()).toContain('waited');
  });
});

it('[row 67] ends the calls of a session of 2024 with its stream', async () => {
  const client = await ANSWERING_ERAS[0]?.connect(engine.origin, 'alice');
  client?.call('wait').catch(() => undefined);
  const { signal } = await waiting.begun;
  await client?.close();
  await expect(aborted(signal)).resolves.toBeUndefined();
  waiting.finish();
});
