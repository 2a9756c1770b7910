import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { initialize, listTools, openStream, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

const TTL_SECONDS = 3;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ accessTokenTtl: TTL_SECONDS, env: { AUTH_CLOCK_SKEW_SECONDS: '0' } });
});
afterAll(() => stack.close());

it.each(['/sse', '/mcp/sse'])(
  '[row 60] a stream of %s ends soon after the token it was opened with',
  async (path) => {
    const stream = await openStream(stack.origin + path, await accessToken(stack, { resource: path }));
    const { data } = await stream.next();
    await stream.ended;
    const later = await accessToken(stack, { resource: path });
    expect((await send(stack.origin + data, 'POST', later, { body: listTools() })).status).toBe(404);
  },
);

it('[row 60] the stream of a 2025 session ends too, and the session goes on with a fresh token', async () => {
  const token = await accessToken(stack, { resource: '/mcp' });
  const headers = { 'Mcp-Session-Id': await initialize(stack.origin, token) };
  const stream = await openStream(`${stack.origin}/mcp`, token, headers);
  expect(stream.status).toBe(200);
  await stream.ended;
  expect((await send(`${stack.origin}/mcp`, 'POST', token, { body: listTools(), headers })).status).toBe(401);
  const fresh = await accessToken(stack, { resource: '/mcp' });
  expect((await send(`${stack.origin}/mcp`, 'POST', fresh, { body: listTools(), headers })).status).toBe(200);
});

it('a stream lives on when its owner has shown a token that lasts longer', async () => {
  const stream = await openStream(`${stack.origin}/sse`, await accessToken(stack, { resource: '/sse' }));
  const { data } = await stream.next();
  const began = Date.now();
  while (Date.now() - began < (TTL_SECONDS + 5) * 1000) {
    const fresh = await accessToken(stack, { resource: '/sse' });
    const { status } = await send(stack.origin + data, 'POST', fresh, { body: listTools() });
    expect(status).toBe(202);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  stream.close();
});
