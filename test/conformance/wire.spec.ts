import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Injectable } from '@nestjs/common';
import { Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, initialize, listTools, MODERN_META, openStream, send } from '../support/raw.js';

@Injectable()
class Echo {
  @Tool({ name: 'echo', description: 'Says the same.' })
  echo(input: unknown) {
    return JSON.stringify(input);
  }
}

const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Echo]);
});
afterAll(() => engine.close());

/** A session that has agreed on a revision. */
async function sessionOf(protocolVersion: string): Promise<Record<string, string>> {
  const body = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion } };
  const { headers } = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body });
  return {
    'Mcp-Session-Id': headers.get('mcp-session-id') ?? '',
    ...(protocolVersion > '2025-03-26' && { 'MCP-Protocol-Version': protocolVersion }),
  };
}

describe.each([
  ['/sse', '/messages'],
  ['/mcp/sse', '/mcp/messages'],
])('2024-11-05 at %s', (path, messages) => {
  it('first says where to POST, takes a POST with 202, and answers it in the stream', async () => {
    const stream = await openStream(engine.origin + path, 'alice');
    const endpoint = await stream.next();
    expect(endpoint).toEqual({
      event: 'endpoint',
      data: expect.stringMatching(new RegExp(`^${messages}\\?sessionId=[0-9a-f-]{36}$`)),
    });
    const url = new URL(endpoint.data, engine.origin).href;
    const accepted = await send(url, 'POST', 'alice', { body: INITIALIZE });
    expect({ status: accepted.status, text: accepted.text }).toEqual({ status: 202, text: 'Accepted' });
    const { event, data } = await stream.next();
    expect(event).toBe('message');
    expect(JSON.parse(data)).toMatchObject({ id: 1, result: { protocolVersion: expect.any(String) } });
    stream.close();
  });
});

describe.each(['2025-03-26', '2025-06-18', '2025-11-25'])('a session of %s', (revision) => {
  it('takes a notification with 202 and no body', async () => {
    const headers = await sessionOf(revision);
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: INITIALIZED, headers });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 202, text: '' });
  });

  it('answers a request with JSON or an event stream', async () => {
    const headers = await sessionOf(revision);
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: listTools(), headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^(application\/json|text\/event-stream)/);
    expect(answer.text).toContain('"name":"echo"');
  });

  it('has an id of visible ASCII characters', async () => {
    expect((await sessionOf(revision))['Mcp-Session-Id']).toMatch(/^[\x21-\x7e]{32,}$/);
  });

  it('opens an event stream on GET', async () => {
    const stream = await openStream(`${engine.origin}/mcp`, 'alice', await sessionOf(revision));
    expect(stream.status).toBe(200);
    stream.close();
  });
});

it('a batch is answered in the one revision that has them', async () => {
  const headers = await sessionOf('2025-03-26');
  const body = [listTools(11), listTools(12)];
  const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers });
  expect(answer.status).toBe(200);
  expect(answer.text).toMatch(/"id":11\b/);
  expect(answer.text).toMatch(/"id":12\b/);
});

it.each(['2099-01-01', 'x', '2025-11-25, 2025-11-25'])(
  'a session is told with 400 that it cannot speak "%s"',
  async (version) => {
    const headers = {
      'Mcp-Session-Id': await initialize(engine.origin, 'alice'),
      'MCP-Protocol-Version': version,
    };
    const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: listTools(), headers });
    expect(answer.status).toBe(400);
  },
);

it('a session that names no revision is taken for one of 2025-03-26', async () => {
  const headers = { 'Mcp-Session-Id': await initialize(engine.origin, 'alice') };
  const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body: listTools(), headers });
  expect(answer.status).toBe(200);
});

it('a batch of 2026 is refused with 400, and without a JSON-RPC error, which would have no id', async () => {
  const body = [{ ...listTools(), params: { _meta: MODERN_META } }];
  const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
  const answer = await send(`${engine.origin}/mcp`, 'POST', 'alice', { body, headers });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toEqual({
    error: 'invalid_request',
    error_description: 'Batches exist in revision 2025-03-26 only',
  });
});
