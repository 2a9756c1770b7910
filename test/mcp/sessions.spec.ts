import { Injectable } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { McpNotifier, Tool, TransportRegistry } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, initialize, listTools, openStream, send } from '../support/raw.js';

@Injectable()
class Echo {
  @Tool({ name: 'echo', description: 'Answers.' })
  echo() {
    return 'hello';
  }
}

/** What has never been an id of ours. */
const NO_IDS: readonly (readonly [string, string])[] = [
  ['is empty', ''],
  ['is malformed', '!@#$%^&*()'],
  ['is a path', '../../etc/passwd'],
  ['has 10 KB', 'x'.repeat(10_240)],
  ['is not ASCII', 'sitzung-\u00e9\u00ff'],
  ['is the name of an inherited property', '__proto__'],
  ['is the name of another', 'constructor'],
  ['is nearly one', 'A'.repeat(42)],
];
/** The refusal of a message with this id, or of a request without a body. */
const notFound = (body?: { readonly id: unknown }): string =>
  JSON.stringify(
    body === undefined
      ? { error: 'not_found', error_description: 'Session not found' }
      : { jsonrpc: '2.0', id: body.id, error: { code: -32001, message: 'Session not found' } },
  );
const withSession = (id: string) => ({ 'Mcp-Session-Id': id });

let engine: EngineApp;
let registry: TransportRegistry;

beforeAll(async () => {
  engine = await startEngine([Echo]);
  registry = engine.app.get(TransportRegistry);
});
afterAll(() => engine.close());

describe('a session of 2025', () => {
  it('[row 57] answers its owner, whichever of his tokens comes with the request', async () => {
    const id = await initialize(engine.origin, 'alice');
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice+fresh:scope', {
      body: listTools(),
      headers: withSession(id),
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"echo"');
  });

  it.each([
    ['another user', 'mallory'],
    ['the same user through another client', 'alice@other-agent'],
  ])('[row 55] [row 56] is unknown to %s, in every method, byte for byte', async (_who, stranger) => {
    const url = `${engine.origin}/mcp`;
    const id = await initialize(engine.origin, 'alice');
    for (const [method, body] of [['POST', listTools()], ['GET'], ['DELETE']] as const) {
      const foreign = await send(url, method, stranger, { body, headers: withSession(id) });
      const unknown = await send(url, method, stranger, { body, headers: withSession('x'.repeat(43)) });
      expect({ method, status: foreign.status, text: foreign.text }).toEqual({
        method,
        status: 404,
        text: notFound(body),
      });
      expect(foreign.text).toBe(unknown.text);
      expect([...foreign.headers.keys()]).toEqual([...unknown.headers.keys()]);
    }
    const owner = await send(url, 'POST', 'alice', { body: listTools(), headers: withSession(id) });
    expect(owner.status).toBe(200);
  });

  it('[row 58] ends when its owner deletes it', async () => {
    const id = await initialize(engine.origin, 'dora');
    expect((await send(`${engine.origin}/mcp`, 'DELETE', 'dora', { headers: withSession(id) })).status).toBe(
      200,
    );
    const after = await send(`${engine.origin}/mcp`, 'POST', 'dora', {
      body: listTools(),
      headers: withSession(id),
    });
    expect(after).toMatchObject({ status: 404, text: notFound(listTools()) });
  });

  it('[row 54] ignores an id that the client has chosen', async () => {
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'eve', {
      body: INITIALIZE,
      headers: withSession('chosen-by-eve'),
    });
    expect(answer.status).toBe(404);
  });

  it('[row 59] is required: a request without one is told so', async () => {
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: listTools() });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: -32000 } });
  });

  it.each(NO_IDS)('[row 53] whose id %s is unknown in every method, in the same words', async (_what, id) => {
    const url = `${engine.origin}/mcp`;
    for (const [method, body] of [
      ['POST', listTools()],
      ['POST', INITIALIZE],
      ['GET'],
      ['DELETE'],
    ] as const) {
      const headers = { ...withSession(id), Accept: 'application/json, text/event-stream' };
      const { status, text } = await send(url, method, 'alice', { body, headers });
      expect({ method, status, text }).toEqual({ method, status: 404, text: notFound(body) });
    }
  });

  it('[row 53] has an id that nobody can guess', async () => {
    const ids = await Promise.all(['f1', 'f2', 'f3'].map((user) => initialize(engine.origin, user)));
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
    expect(new Set(ids).size).toBe(3);
  });

  it('[row 62] is not kept when initialize is refused', async () => {
    const before = registry.size;
    let listening = 0;
    const { events } = engine.app.get(McpNotifier);
    const subscribe = events.subscribe.bind(events);
    vi.spyOn(events, 'subscribe').mockImplementation((listener) => {
      const stop = subscribe(listener);
      listening += 1;
      return () => {
        listening -= 1;
        stop();
      };
    });
    const refusals = [
      { body: { ...INITIALIZE, params: {} } },
      { body: INITIALIZE, headers: { Accept: 'text/html' } },
      { body: '{' },
      { body: [INITIALIZE, INITIALIZE] },
    ];
    for (const refusal of refusals) {
      const { status } = await send(`${engine.origin}/mcp`, 'POST', 'greta', refusal);
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(registry.size).toBe(before);
    // Neither does what tells sessions of changes keep it.
    await expect.poll(() => listening).toBe(0);
    vi.restoreAllMocks();
  });

  it("[row 61] replaces the longest unused one of a principal who has too many, and never another principal's", async () => {
    const strangers = await initialize(engine.origin, 'henry');
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await initialize(engine.origin, 'ida'));
    const status = async (token: string, id: string) =>
      (await send(`${engine.origin}/mcp`, 'POST', token, { body: listTools(), headers: withSession(id) }))
        .status;
    expect(await status('ida', ids[0] ?? '')).toBe(404);
    expect(await status('ida', ids[5] ?? '')).toBe(200);
    expect(await status('henry', strangers)).toBe(200);
  });

  it('[row 58] ends after its idle time, even when nobody deletes it', async () => {
    const own = await startEngine([Echo]);
    const sessions = own.app.get(TransportRegistry);
    const before = performance.now();
    await initialize(own.origin, 'jan');
    sessions.sweep(before + 59_000);
    expect(sessions.size).toBe(1);
    sessions.sweep(performance.now() + 61_000);
    expect(sessions.size).toBe(0);
    await own.close();
  });
});

describe('too many sessions', () => {
  it('[row 61] are refused with 503, and the refused client is told when to come back', async () => {
    const small = await startEngine([Echo], {
      sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 2, maxPerPrincipal: 5 },
    });
    await initialize(small.origin, 'a');
    await initialize(small.origin, 'b');
    const answer = await send(`${small.origin}/mcp`, 'POST', 'c', { body: INITIALIZE });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('60');
    await small.close();
  });
});

describe.each([
  ['/mcp/sse', '/mcp/messages'],
  ['/sse', '/messages'],
])('a session of 2024 at %s', (path, messages) => {
  const open = async (token: string) => {
    const stream = await openStream(engine.origin + path, token);
    const { event, data } = await stream.next();
    expect(event).toBe('endpoint');
    expect(data).toMatch(new RegExp(`^${messages}\\?sessionId=[0-9a-f-]{36}$`));
    return { stream, url: engine.origin + data };
  };

  it('serves two clients at once, each with its own answers', async () => {
    const [one, two] = await Promise.all([open('alice'), open('bob')]);
    await send(one.url, 'POST', 'alice', { body: { ...listTools(), id: 'one' } });
    await send(two.url, 'POST', 'bob', { body: { ...listTools(), id: 'two' } });
    expect(JSON.parse((await one.stream.next()).data)).toMatchObject({ id: 'one' });
    expect(JSON.parse((await two.stream.next()).data)).toMatchObject({ id: 'two' });
    one.stream.close();
    two.stream.close();
  });

  it.each([
    ['another user', 'mallory'],
    ['the same user through another client', 'alice@other-agent'],
  ])('[row 55] [row 56] is unknown to %s, byte for byte', async (_who, stranger) => {
    const { stream, url } = await open('alice');
    const foreign = await send(url, 'POST', stranger, { body: listTools() });
    const unknown = await send(`${engine.origin}${messages}?sessionId=${'0'.repeat(36)}`, 'POST', stranger, {
      body: listTools(),
    });
    expect(foreign).toMatchObject({ status: 404, text: notFound(listTools()) });
    expect(unknown).toMatchObject({ status: 404, text: notFound(listTools()) });
    stream.close();
  });

  it('ends with its stream', async () => {
    const { stream, url } = await open('kim');
    stream.close();
    await expect
      .poll(async () => (await send(url, 'POST', 'kim', { body: listTools() })).status, { timeout: 3_000 })
      .toBe(404);
  });

  it.each(NO_IDS)('[row 53] whose id %s is unknown, in the same words', async (_what, id) => {
    const url = `${engine.origin}${messages}?sessionId=${encodeURIComponent(id)}`;
    const { status, text } = await send(url, 'POST', 'lea', { body: listTools() });
    expect({ status, text }).toEqual({ status: 404, text: notFound(listTools()) });
  });

  it('[row 53] whose id is missing, or comes twice, or as something else, is unknown too', async () => {
    const { stream, url } = await open('lea');
    const id = new URL(url).searchParams.get('sessionId') ?? '';
    for (const query of ['', `?sessionId=${id}&sessionId=${id}`, `?sessionId[]=${id}`, '?__proto__=x']) {
      const { status, text } = await send(engine.origin + messages + query, 'POST', 'lea', {
        body: listTools(),
      });
      expect({ query, status, text }).toEqual({ query, status: 404, text: notFound(listTools()) });
    }
    stream.close();
  });

  it('cannot be continued in the other era', async () => {
    const { stream, url } = await open('lea');
    const id = new URL(url).searchParams.get('sessionId') ?? '';
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'lea', {
      body: listTools(),
      headers: withSession(id),
    });
    expect(answer.status).toBe(404);
    stream.close();
  });

  it("answers a POST to the stream's own URL with 405, so that clients fall back to GET", async () => {
    const answer = await send(engine.origin + path, 'POST', 'alice', { body: INITIALIZE });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
  });
});

it('closes what stands open when the application stops', async () => {
  const brief = await startEngine([Echo]);
  const stream = await openStream(`${brief.origin}/sse`, 'alice');
  await stream.next();
  await brief.close();
  await expect(stream.ended).resolves.toBeUndefined();
});

describe.each([
  ['forward', 600_000],
  ['back', -600_000],
])('a wall clock that is set %s by ten minutes', (_way, ms) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[row 131] neither ends sessions nor keeps them for ever', async () => {
    const brief = await startEngine([Echo]);
    const sessions = brief.app.get(TransportRegistry);
    const id = await initialize(brief.origin, 'alice');
    const stream = await openStream(`${brief.origin}/sse`, 'alice');
    const url = brief.origin + (await stream.next()).data;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + ms);
    sessions.sweep(performance.now());
    const before = performance.now();
    const again = { body: listTools(), headers: withSession(id) };
    expect((await send(`${brief.origin}/mcp`, 'POST', 'alice', again)).status).toBe(200);
    expect((await send(url, 'POST', 'alice', { body: listTools() })).status).toBe(202);
    sessions.sweep(before + 59_000);
    expect(sessions.size).toBe(2);
    sessions.sweep(performance.now() + 61_000);
    // The stream is the session of the older era, and nobody has closed it.
    expect(sessions.size).toBe(1);
    sessions.sweep(performance.now() + 600_000);
    expect(sessions.size).toBe(0);
    await brief.close();
  });
});
