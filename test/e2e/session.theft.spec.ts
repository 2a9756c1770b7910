import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { initialize, listTools, openStream, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

const withSession = (id: string) => ({ 'Mcp-Session-Id': id });

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

/** Alice's session is known to whoever saw a log; only a token of hers may use it. */
describe.each([
  ['another user', { user: 'bob' }],
  ["the owner's token of another app", { client: 'first-party-app' }],
] as const)('%s with a valid token', (_who, stranger) => {
  it.each([
    ['a JWT', '/mcp'],
    ['an opaque token', undefined],
  ])('[row 55] [row 56] (%s) finds no such session at /mcp', async (_kind, resource) => {
    const mine = await accessToken(stack, { resource });
    const theirs = await accessToken(stack, { ...stranger, resource });
    const id = await initialize(stack.origin, mine);
    for (const [method, body] of [['POST', listTools()], ['GET'], ['DELETE']] as const) {
      const foreign = await send(`${stack.origin}/mcp`, method, theirs, { body, headers: withSession(id) });
      const unknown = await send(`${stack.origin}/mcp`, method, theirs, {
        body,
        headers: withSession('no-such'),
      });
      expect(foreign.status).toBe(404);
      expect(foreign.text).toBe(unknown.text);
      expect(unknown.status).toBe(404);
    }
    expect((await send(`${stack.origin}/mcp`, 'DELETE', mine, { headers: withSession(id) })).status).toBe(
      200,
    );
  });

  it.each(['/sse', '/mcp/sse'])('[row 55] [row 56] finds no such session behind %s', async (path) => {
    const mine = await accessToken(stack, { resource: path });
    const theirs = await accessToken(stack, { ...stranger, resource: path });
    const stream = await openStream(stack.origin + path, mine);
    const { data } = await stream.next();
    const url = stack.origin + data;
    const foreign = await send(url, 'POST', theirs, { body: listTools() });
    const unknown = await send(url.replace(/sessionId=.*/, 'sessionId=no-such'), 'POST', theirs, {
      body: listTools(),
    });
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
    expect((await send(url, 'POST', mine, { body: listTools() })).status).toBe(202);
    expect(JSON.parse((await stream.next()).data)).toMatchObject({ id: 2 });
    stream.close();
  });
});

it('[row 57] lets the owner go on with a fresh token', async () => {
  const id = await initialize(stack.origin, await accessToken(stack, { resource: '/mcp' }));
  const fresh = await accessToken(stack, { resource: '/mcp' });
  const answer = await send(`${stack.origin}/mcp`, 'POST', fresh, {
    body: listTools(),
    headers: withSession(id),
  });
  expect(answer.status).toBe(200);
});

describe('a token made for another endpoint of ours', () => {
  it.each([
    ['/mcp', '/sse'],
    ['/mcp/sse', '/mcp'],
    ['/sse', '/mcp/sse'],
  ])('(%s) is refused at %s', async (made, used) => {
    const token = await accessToken(stack, { resource: made });
    const answer = await send(stack.origin + used, 'GET', token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(answer.headers.get('www-authenticate')).toContain(
      `resource_metadata="${stack.origin}/.well-known/oauth-protected-resource${used}"`,
    );
  });
});
