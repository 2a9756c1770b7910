import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERAS } from '../support/clients.js';
import { accessToken } from '../support/oauth.js';
import { listTools, MODERN_META, openStream, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

/** The way of the tutorial that this service grew from: opaque tokens, userinfo, /sse. What went wrong there must not here. */
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ noManagement: true });
});
afterAll(() => stack.close());

const LIST = {
  body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};

it('runs as printed: an opaque token, /sse, /messages, whoami', async () => {
  const token = await accessToken(stack);
  const client = await ERAS.find(({ path }) => path === '/sse')?.connect(stack.origin, token);
  expect((await client?.callTool('whoami'))?.structured).toMatchObject({ username: 'alice' });
  await client?.close();
});

it.each(['garbage', 'x'.repeat(43), 'a.b.c'])(
  'answers a rejected token (%s) with 401, never 500',
  async (token) => {
    for (const path of ['/mcp', '/sse', '/mcp/sse', '/messages', '/mcp/messages']) {
      const { status, headers, text } = await send(stack.origin + path, 'POST', token, { body: listTools() });
      expect({ path, status }).toEqual({ path, status: 401 });
      expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(text).not.toMatch(/<|at .*\.[jt]s/);
    }
  },
);

it('serves two SSE clients at the same time, each by its own transport', async () => {
  const [alice, bob] = await Promise.all([accessToken(stack), accessToken(stack, { user: 'bob' })]);
  const [one, two] = await Promise.all([
    openStream(`${stack.origin}/sse`, alice),
    openStream(`${stack.origin}/sse`, bob),
  ]);
  const [first, second] = await Promise.all([one.next(), two.next()]);
  expect(first.data).not.toBe(second.data);
  const call = (url: string, token: string) =>
    send(stack.origin + url, 'POST', token, {
      body: { jsonrpc: '2.0', id: 'same', method: 'tools/call', params: { name: 'whoami', arguments: {} } },
    });
  await Promise.all([call(first.data, alice), call(second.data, bob)]);
  expect((await one.next()).data).toContain('alice0000001');
  expect((await two.next()).data).toContain('bob000000001');
  one.close();
  two.close();
});

describe('the metadata', () => {
  it.each([
    ['/.well-known/oauth-protected-resource', '/mcp'],
    ['/.well-known/oauth-protected-resource/mcp', '/mcp'],
    ['/.well-known/oauth-protected-resource/mcp/sse', '/mcp/sse'],
    ['/.well-known/oauth-protected-resource/sse', '/sse'],
  ])('at %s is reachable without a token, from any web page', async (url, path) => {
    const { status, headers, text } = await send(stack.origin + url, 'GET', undefined, {
      headers: { Origin: 'https://any.test' },
    });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(JSON.parse(text)).toEqual({
      resource: stack.origin + path,
      authorization_servers: [stack.tenant.issuer],
      scopes_supported: ['openid', 'profile', 'email'],
      bearer_methods_supported: ['header'],
    });
  });

  it('of the authorization server is not at our origin unless the operator wants it there', async () => {
    const path = '/.well-known/oauth-authorization-server';
    expect((await send(stack.origin + path, 'GET', undefined)).status).toBe(404);
    const legacy = await startStack({ env: { AUTH_LEGACY_METADATA: 'true' } });
    const mirror = await send(legacy.origin + path, 'GET', undefined);
    expect(JSON.parse(mirror.text)).toMatchObject({
      issuer: legacy.tenant.issuer,
      authorization_response_iss_parameter_supported: true,
    });
    await legacy.close();
  });
});

it('boots when Logto is down', async () => {
  const orphan = await startStack({ fault: 'dead' });
  expect((await send(`${orphan.origin}/health/live`, 'GET', undefined)).status).toBe(200);
  await orphan.close();
});

it('asks userinfo once for a token, not once a message, and once for many cold requests at the same time', async () => {
  const token = await accessToken(stack);
  stack.logto.reset();
  const cold = await Promise.all(
    Array.from({ length: 50 }, () => send(`${stack.origin}/mcp`, 'POST', token, LIST)),
  );
  expect(cold.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  for (let n = 0; n < 20; n += 1) await send(`${stack.origin}/mcp`, 'POST', token, LIST);
  expect(stack.logto.count('/me')).toBe(1);
});

it('asks introspection and userinfo once each where both are used', async () => {
  const checked = await startStack({ env: { AUTH_ALLOWED_CLIENTS: 'smartmail-ai' } });
  const token = await accessToken(checked);
  checked.logto.reset();
  const cold = await Promise.all(
    Array.from({ length: 50 }, () => send(`${checked.origin}/mcp`, 'POST', token, LIST)),
  );
  expect(cold.every(({ status }) => status === 200)).toBe(true);
  expect(checked.logto.count('/me') + checked.logto.count('/introspection')).toBe(2);
  const stranger = await accessToken(checked, { client: 'first-party-app' });
  expect((await send(`${checked.origin}/mcp`, 'POST', stranger, LIST)).status).toBe(401);
  await checked.close();
});
