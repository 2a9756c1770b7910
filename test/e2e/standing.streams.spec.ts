import { afterEach, describe, expect, it } from 'vitest';
import { accessToken } from '../support/oauth.js';
import { type EventStream, initialize, MODERN_META, openStream } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';

const CLIENT = 'smartmail-ai';

let stack: Stack | undefined;
afterEach(() => stack?.close());

/** A standing stream of each era. */
const STREAMS: Readonly<Record<string, (origin: string, token: string) => Promise<EventStream>>> = {
  '2024-11-05 (HTTP+SSE)': (origin, token) => openStream(`${origin}/mcp/sse`, token),
  '2025-11-25 (Streamable HTTP)': async (origin, token) =>
    openStream(`${origin}/mcp`, token, { 'Mcp-Session-Id': await initialize(origin, token) }),
  '2026-07-28 (subscriptions/listen)': (origin, token) =>
    openStream(
      `${origin}/mcp`,
      token,
      { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' },
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'subscriptions/listen',
        params: { notifications: { toolsListChanged: true }, _meta: MODERN_META },
      },
    ),
};

async function revoke({ tenant }: Stack, token: string): Promise<void> {
  const body = new URLSearchParams({ token, client_id: CLIENT });
  expect((await fetch(`${tenant.issuer}/token/revocation`, { method: 'POST', body })).status).toBe(200);
}

const tokenOf = (from: Stack) => accessToken(from, { client: CLIENT, scope: 'openid profile' });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(Object.entries(STREAMS))('a stream of %s on an opaque token', (_era, open) => {
  it.each([false, true])(
    'ends when Logto has revoked the token (management credentials: %s)',
    async (managed) => {
      stack = await startStack({ noManagement: !managed, env: { AUTH_CACHE_SECONDS: '1' } });
      const token = await tokenOf(stack);
      const stream = await open(stack.origin, token);
      const other = await open(stack.origin, await tokenOf(stack));
      await revoke(stack, token);
      await stream.ended;
      expect(await Promise.race([other.ended.then(() => 'ended'), wait(1_500).then(() => 'open')])).toBe(
        'open',
      );
      other.close();
    },
  );

  it('stays while Logto does not answer, and ends at its greatest age', async () => {
    stack = await startStack({
      noManagement: true,
      env: { AUTH_CACHE_SECONDS: '1', MCP_SESSION_MAX_SECONDS: '5' },
    });
    const stream = await open(stack.origin, await tokenOf(stack));
    stack.logto.fault = 'dead';
    expect(await Promise.race([stream.ended.then(() => 'ended'), wait(3_000).then(() => 'open')])).toBe(
      'open',
    );
    await stream.ended;
  });
});
