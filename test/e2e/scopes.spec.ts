import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Tool } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { accessToken } from '../support/oauth.js';
import { initialize, MODERN_META, openStream, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

let ran = 0;

@Injectable()
class Notes {
  @Tool({ name: 'write_note', description: 'Writes.', scopes: ['notes:read', 'notes:write'] })
  write() {
    ran += 1;
    return 'written';
  }
}

const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'write_note', arguments: {} } };
const MODERN = {
  body: { ...CALL, params: { ...CALL.params, _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'write_note' },
};

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ tools: [Notes], scopes: ['notes:read', 'notes:readonly', 'notes:write'] });
});
afterAll(() => stack.close());

it('[row 46] [row 47] refuses with 403 and one challenge for all scopes before the tool runs, in the eras where HTTP still can', async () => {
  // A scope that only begins like one that counts is another scope.
  for (const scope of ['openid', 'openid notes:readonly']) {
    const token = await accessToken(stack, { resource: '/mcp', scope });
    const id = await initialize(stack.origin, token);
    const answers = [
      await send(`${stack.origin}/mcp`, 'POST', token, MODERN),
      await send(`${stack.origin}/mcp`, 'POST', token, { body: CALL, headers: { 'Mcp-Session-Id': id } }),
    ];
    const held = scope.split(' ').slice(1);
    const wanted = ['openid', 'profile', 'email', ...held, 'notes:read', 'notes:write'].join(' ');
    const description = 'This call needs the scope: notes:read notes:write';
    for (const { status, headers, text } of answers) {
      expect(status).toBe(403);
      expect(headers.get('www-authenticate')).toBe(
        `Bearer error="insufficient_scope", error_description="${description}", scope="${wanted}", resource_metadata="${stack.origin}/.well-known/oauth-protected-resource/mcp"`,
      );
      expect(JSON.parse(text)).toEqual({
        error: 'insufficient_scope',
        error_description: description,
        scope: wanted,
      });
    }
  }
  expect(ran).toBe(0);
});

it('[row 47] refuses in the stream in the era whose POST has been accepted already', async () => {
  const token = await accessToken(stack, { resource: '/sse' });
  const stream = await openStream(`${stack.origin}/sse`, token);
  const { data } = await stream.next();
  expect((await send(stack.origin + data, 'POST', token, { body: CALL })).status).toBe(202);
  expect(JSON.parse((await stream.next()).data)).toEqual({
    jsonrpc: '2.0',
    id: 1,
    error: {
      code: -32030,
      message: 'This call needs the scope: notes:read notes:write',
      data: { error: 'insufficient_scope', scope: 'notes:read notes:write' },
    },
  });
  expect(ran).toBe(0);
  stream.close();
});

it.each(ERAS)('runs the tool for a caller who holds them all ($era)', async ({ connect, path }) => {
  const before = ran;
  const token = await accessToken(stack, { resource: path, scope: 'openid notes:read notes:write' });
  const client = await connect(stack.origin, token);
  expect((await client.callTool('write_note')).text).toBe('written');
  await client.close();
  expect(ran).toBe(before + 1);
});

it('does not run it for a caller who holds but one', async () => {
  const before = ran;
  const token = await accessToken(stack, { resource: '/mcp', scope: 'openid notes:read' });
  expect((await send(`${stack.origin}/mcp`, 'POST', token, MODERN)).status).toBe(403);
  expect(ran).toBe(before);
});
