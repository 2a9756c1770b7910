import { expect, it } from 'vitest';
import { EventReader } from '../support/event.reader.js';
import { accessToken } from '../support/oauth.js';
import { MODERN_META } from '../support/raw.js';
import { startStack } from '../support/stack.js';

it('[row 60] a subscription of 2026-07-28 ends with the token it was opened with', async () => {
  const stack = await startStack({ accessTokenTtl: 3, env: { AUTH_CLOCK_SKEW_SECONDS: '0' } });
  const token = await accessToken(stack, { resource: '/mcp' });
  const began = Date.now();
  const params = { notifications: { toolsListChanged: true }, _meta: MODERN_META };
  const response = await fetch(`${stack.origin}/mcp`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'subscriptions/listen',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
  });
  const stream = new EventReader(response);
  expect((await stream.next())?.data).toContain('notifications/subscriptions/acknowledged');
  // The server cuts the connection: a stream that has outlived its permission gets no result.
  await expect(stream.rest()).rejects.toThrow('terminated');
  expect(Date.now() - began).toBeLessThan(5_000);
  await stack.close();
});
