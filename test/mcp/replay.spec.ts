import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, McpNotifier, Tool, TransportRegistry } from '../../src/mcp/index.js';
import { ANSWERING_ERAS } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { EventReader, type ReadEvent } from '../support/event.reader.js';
import { initialize, send } from '../support/raw.js';

const Steps = z.object({ name: z.string() });

/** A tool whose every step the test allows. */
@Injectable()
class Stepping {
  private readonly gates = new Map<string, () => void>();

  allow(name: string): void {
    this.gates.get(name)?.();
  }

  @Tool({ name: 'step', description: 'Tells three steps.', inputSchema: Steps })
  async step({ name }: z.output<typeof Steps>, { progress, principal }: McpContext) {
    for (const step of [1, 2, 3]) {
      await progress(step, 3, `${principal.subject}/${name}/${step}`);
      await new Promise<void>((resolve) => this.gates.set(name, resolve));
    }
    return `${principal.subject}/${name}/end`;
  }

  @Tool({ name: 'large', description: 'Answers a lot.' })
  large() {
    return 'x'.repeat(3_000);
  }

  @Tool({ name: 'release', description: 'Lets its client come back for the result.' })
  async release(_input: unknown, { releaseStream }: McpContext) {
    releaseStream();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'worth it';
  }
}

let engine: EngineApp;
let stepping: Stepping;
const url = () => `${engine.origin}/mcp`;

beforeAll(async () => {
  engine = await startEngine([Stepping], {
    toolTimeoutMs: 10_000,
    replay: { maxEvents: 20, maxBytes: 4_000 },
    sessions: { idleMs: 600_000, maxAgeMs: 600_000, max: 100, maxPerPrincipal: 50 },
  });
  stepping = engine.app.get(Stepping);
});
afterAll(() => engine.close());

const headersOf = (token: string, session: string, more: Record<string, string> = {}) => ({
  Authorization: `Bearer ${token}`,
  'Mcp-Session-Id': session,
  'MCP-Protocol-Version': '2025-11-25',
  ...more,
});

async function call(token: string, session: string, name: string, tool = 'step'): Promise<EventReader> {
  const headers = headersOf(token, session, {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  });
  const params = { name: tool, arguments: { name }, _meta: { progressToken: name } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: name, method: 'tools/call', params });
  return new EventReader(await fetch(url(), { method: 'POST', headers, body }));
}

async function get(token: string, session: string, lastEventId?: string): Promise<EventReader> {
  const headers = headersOf(token, session, {
    Accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
  });
  return new EventReader(await fetch(url(), { headers }));
}

/** A stream may be resumed once the server has seen that it was cut. */
async function resume(token: string, session: string, { id }: ReadEvent): Promise<EventReader> {
  for (let attempt = 0; ; attempt += 1) {
    const stream = await get(token, session, id);
    if (stream.response.status !== 409 || attempt > 100) return stream;
    await stream.cut();
  }
}

const said = (events: readonly (ReadEvent | undefined)[]) =>
  events.map((event) => /alice\/\w+\/\w+/.exec(event?.data ?? '')?.[0] ?? event?.data);

async function take(stream: EventReader): Promise<ReadEvent> {
  const event = await stream.next();
  if (event === undefined) throw new Error('The stream has ended');
  return event;
}

describe('a stream of 2025-11-25', () => {
  it('opens with an id to resume from, and says when', async () => {
    const session = await initialize(engine.origin, 'alice');
    const stream = await call('alice', session, 'first', 'large');
    const [priming, result] = await stream.rest();
    expect(priming).toEqual({
      id: expect.stringMatching(/^\d+\.[\w-]{8}\.\d+$/),
      data: '',
      retry: '1000',
    });
    expect(result?.id.split('.').slice(0, 2)).toEqual(priming?.id.split('.').slice(0, 2));
  });

  it('that was cut gives what was missed, once, and goes on', async () => {
    const session = await initialize(engine.origin, 'alice');
    const stream = await call('alice', session, 'cut');
    await take(stream);
    const seen = await take(stream);
    expect(said([seen])).toEqual(['alice/cut/1']);
    await stream.cut();
    stepping.allow('cut');
    const resumed = await resume('alice', session, seen);
    expect(resumed.response.status).toBe(200);
    expect(said([await take(resumed)])).toEqual(['alice/cut/2']);
    stepping.allow('cut');
    expect(said([await take(resumed)])).toEqual(['alice/cut/3']);
    stepping.allow('cut');
    expect(said(await resumed.rest())).toEqual(['alice/cut/end']);
  });

  it('gives its result to a client that comes back after the end, and that as often as it asks', async () => {
    const session = await initialize(engine.origin, 'alice');
    const stream = await call('alice', session, 'over');
    const priming = await take(stream);
    await take(stream);
    await stream.cut();
    for (const _ of [1, 2, 3]) {
      stepping.allow('over');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const _ of [1, 2]) {
      const resumed = await resume('alice', session, priming);
      expect(said(await resumed.rest())).toEqual([
        'alice/over/1',
        'alice/over/2',
        'alice/over/3',
        'alice/over/end',
      ]);
    }
  });

  it('gives nothing of another stream of the same session', async () => {
    const session = await initialize(engine.origin, 'alice');
    const [one, two] = await Promise.all([call('alice', session, 'one'), call('alice', session, 'two')]);
    const priming = await take(one);
    await take(one);
    await take(two);
    await one.cut();
    for (const _ of [1, 2, 3]) {
      stepping.allow('two');
      stepping.allow('one');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(said(await two.rest())).toEqual(['alice/two/1', 'alice/two/2', 'alice/two/3', 'alice/two/end']);
    const resumed = await resume('alice', session, priming);
    expect(said(await resumed.rest())).toEqual([
      'alice/one/1',
      'alice/one/2',
      'alice/one/3',
      'alice/one/end',
    ]);
  });

  it('that a GET has opened gives the notifications that were missed', async () => {
    const session = await initialize(engine.origin, 'alice');
    const notifier = engine.app.get(McpNotifier);
    const stream = await get('alice', session);
    notifier.toolsChanged();
    const seen = await take(stream);
    await stream.cut();
    notifier.toolsChanged();
    const resumed = await resume('alice', session, seen);
    const missed = await take(resumed);
    expect(JSON.parse(missed.data)).toMatchObject({ method: 'notifications/tools/list_changed' });
    expect(missed.id).not.toBe(seen.id);
    await resumed.cut();
  });
});

describe('Last-Event-ID', () => {
  const body = { error: 'invalid_request', error_description: 'Invalid event ID format' };
  const REFUSED = { status: 400, body };
  const resumeFrom = async (token: string, session: string, id: string) => {
    const headers = headersOf(token, session, { Accept: 'text/event-stream', 'Last-Event-ID': id });
    const { status, text } = await send(url(), 'GET', token, { headers });
    return { status, body: JSON.parse(text) };
  };
  const finished = async (token: string) => {
    const session = await initialize(engine.origin, token);
    const events = await (await call(token, session, 'large', 'large')).rest();
    return { session, id: events[0]?.id ?? '' };
  };

  it("[row 64] of another session is refused, be it the same user's or a stranger's", async () => {
    const { id } = await finished('alice');
    const standalone = id.replace(/^[^.]+/, '_GET_stream');
    for (const token of ['alice', 'mallory']) {
      const session = await initialize(engine.origin, token);
      expect(await resumeFrom(token, session, id)).toEqual(REFUSED);
      expect(await resumeFrom(token, session, standalone)).toEqual(REFUSED);
    }
  });

  it.each([
    ['is made up', () => 'nothing'],
    ['names another stream', (id: string) => id.replace(/^[^.]+/, '_GET_stream')],
    ['counts too far', (id: string) => `${id}0`],
    ['is a property of every object', () => '__proto__'],
    ['is huge', () => 'x'.repeat(8_000)],
  ])('[row 64] that %s is refused', async (_what, change) => {
    const { session, id } = await finished('alice');
    expect(await resumeFrom('alice', session, change(id))).toEqual(REFUSED);
  });

  it('[row 64] whose event has been forgotten is refused, rather than leave a gap', async () => {
    const { session, id } = await finished('alice');
    await (await call('alice', session, 'more', 'large')).rest();
    expect(await resumeFrom('alice', session, id)).toEqual(REFUSED);
  });

  it('is forgotten when nobody has used the session for a while', async () => {
    const { session, id } = await finished('alice');
    const registry = engine.app.get(TransportRegistry);
    registry.sweep(performance.now() + 115_000);
    const resumed = await get('alice', session, id);
    expect(resumed.response.status).toBe(200);
    await resumed.rest();
    await (await get('alice', session, id)).rest();
    registry.sweep(performance.now() + 121_000);
    expect(await resumeFrom('alice', session, id)).toEqual(REFUSED);
  });
});

describe.each(ANSWERING_ERAS)('a tool that lets go of its stream in $era', ({ connect }) => {
  it('still has its result delivered', async () => {
    const client = await connect(engine.origin, 'alice');
    expect((await client.call('release')).text).toBe('worth it');
    await client.close();
  });
});
