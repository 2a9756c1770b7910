import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { INITIALIZE, listTools, MODERN_META, send } from '../support/raw.js';

@Injectable()
class Echo {
  @Tool({ name: 'echo', description: 'Answers.' })
  echo() {
    return 'hello';
  }
}

let engine: EngineApp;
beforeAll(async () => {
  engine = await startEngine([Echo]);
});
afterAll(() => engine.close());

const MODERN = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
const list = (id: unknown = 7) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/list',
  params: { _meta: MODERN_META },
});

async function refusal(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const { status, text } = await send(engine.origin + path, method, 'alice', { body, headers });
  expect(status).toBeGreaterThanOrEqual(400);
  return JSON.parse(text);
}

/** A client that takes a JSON-RPC error without an id for a message goes on waiting for its response. */
describe('a refusal never makes a client wait', () => {
  it.each<[string, string, string, unknown, Record<string, string>]>([
    ['an unknown session', 'POST', '/mcp', listTools(7), { 'Mcp-Session-Id': 'none' }],
    ['an unknown session of HTTP+SSE', 'POST', '/mcp/messages?sessionId=none', listTools(7), {}],
    ['no session', 'POST', '/mcp', listTools(7), {}],
    ['an Accept that nothing fits', 'POST', '/mcp', { ...INITIALIZE, id: 7 }, { Accept: 'text/html' }],
    ['an unknown protocol version', 'POST', '/mcp', listTools(7), { 'MCP-Protocol-Version': '2099-01-01' }],
    ['a member that JSON-RPC does not know', 'POST', '/mcp', { ...list(), extra: 1 }, MODERN],
    ['another method in the header', 'POST', '/mcp', list(), { ...MODERN, 'Mcp-Method': 'ping' }],
    ['no method in the header', 'POST', '/mcp', list(), { 'MCP-Protocol-Version': '2026-07-28' }],
  ])('%s: the error has the id of the request', async (_what, method, path, body, headers) => {
    expect(await refusal(method, path, body, headers)).toMatchObject({
      jsonrpc: '2.0',
      id: 7,
      error: { code: expect.any(Number), message: expect.any(String) },
    });
  });

  it.each<[string, string, string, unknown, Record<string, string>]>([
    ['not JSON', 'POST', '/mcp', '{', {}],
    ['too large a body', 'POST', '/mcp', 'x'.repeat(70_000), {}],
    ['another media type', 'POST', '/mcp', list(), { 'Content-Type': 'text/plain' }],
    ['too deep a body', 'POST', '/mcp', '['.repeat(100), {}],
    ['an id that is null', 'POST', '/mcp', list(null), MODERN],
    ['an id that is too long', 'POST', '/mcp', list('x'.repeat(300)), MODERN],
    ['a batch in a version that has none', 'POST', '/mcp', [list(1), list(2)], MODERN],
    ['a batch of a version that has none', 'POST', '/mcp', [list(1), list(2)], {}],
    ['a response of the client', 'POST', '/mcp', { jsonrpc: '2.0', id: 7, result: {} }, MODERN],
    ['a malformed response of the client', 'POST', '/mcp', { jsonrpc: '2.0', id: 7, result: 1 }, {}],
    ['a notification with an error', 'POST', '/mcp', { jsonrpc: '2.0', method: 'x', extra: 1 }, MODERN],
    ['another HTTP method', 'PUT', '/mcp', undefined, {}],
    ['a stream of a version without one', 'GET', '/mcp', undefined, { 'MCP-Protocol-Version': '2026-07-28' }],
    ['a stream of an unknown session', 'GET', '/mcp', undefined, { 'Mcp-Session-Id': 'none' }],
    [
      'a stream of an unknown protocol version',
      'GET',
      '/mcp',
      undefined,
      { 'MCP-Protocol-Version': '2099-01-01' },
    ],
    ['a POST for a stream', 'POST', '/sse', undefined, {}],
    ['a foreign Origin', 'POST', '/mcp', list(), { Origin: 'https://evil.test' }],
  ])('%s: without an id there is no JSON-RPC error', async (_what, method, path, body, headers) => {
    const { error, error_description, ...more } = await refusal(method, path, body, headers);
    expect([typeof error, typeof error_description]).toEqual(['string', 'string']);
    expect(Object.keys(more).filter((name) => name !== 'data')).toEqual([]);
  });
});
