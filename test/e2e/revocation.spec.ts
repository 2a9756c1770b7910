import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { accessToken } from '../support/oauth.js';
import { initialize, listTools, MODERN_META, openStream, type RawAnswer, send } from '../support/raw.js';
import { MANAGEMENT, type Stack, startStack } from '../support/stack.js';
import { TaskClient } from '../support/task.client.js';

/** How many tasks have been told to stop. */
let stopped = 0;

@Injectable()
class Jobs {
  @Tool({ name: 'wait', description: 'Waits until it is told to stop.', task: 'required' })
  wait(_input: unknown, { signal }: McpContext) {
    return new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => {
        stopped += 1;
        resolve('too late');
      });
    });
  }
}

const KEY = 'signing-key-of-the-webhook';
const ALICE = 'alice0000001';
const DESCRIPTION = 'The access token is not active';

const LIST = {
  body: { ...listTools(), params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};
const LISTEN = {
  body: {
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true }, _meta: MODERN_META },
  },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' },
};

let stack: Stack;

const list = (token: string) => send(`${stack.origin}/mcp`, 'POST', token, LIST);

/** Asks the tenant itself, as an administrator does. */
async function setSuspended(isSuspended: boolean): Promise<void> {
  const basic = Buffer.from(`${MANAGEMENT.clientId}:${MANAGEMENT.clientSecret}`).toString('base64');
  const answer = await fetch(`${stack.tenant.issuer}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: MANAGEMENT.resource,
      scope: 'all',
    }),
  });
  // RFC 6749 section 5.1.
  const { access_token } = (await answer.json()) as { access_token: string };
  const { status } = await send(
    `${stack.tenant.endpoint}/api/users/${ALICE}/is-suspended`,
    'PATCH',
    access_token,
    { body: { isSuspended } },
  );
  expect(status).toBe(200);
}

const suspension = (at: number, isSuspended = true) => ({
  hookId: 'hook',
  event: 'User.SuspensionStatus.Updated',
  createdAt: new Date(at).toISOString(),
  params: { userId: ALICE },
  data: { id: ALICE, isSuspended },
});

const deletion = (at: number) => ({
  hookId: 'hook',
  event: 'User.Deleted',
  createdAt: new Date(at).toISOString(),
  params: { userId: ALICE },
  data: null,
});

const signatureOf = (text: string, key = KEY) =>
  `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;

/** Sends what Logto would. */
const tell = (message: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> => {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return send(`${stack.origin}/webhooks/logto`, 'POST', undefined, {
    body,
    headers: { 'logto-signature-sha-256': signatureOf(body), ...headers },
  });
};

describe('without a webhook', () => {
  afterEach(() => stack.close());

  it('[row 51] a revoked opaque token is believed for AUTH_CACHE_SECONDS, a JWT until it expires', async () => {
    stack = await startStack({
      accessTokenTtl: 6,
      env: { AUTH_CACHE_SECONDS: '2', AUTH_CLOCK_SKEW_SECONDS: '0' },
    });
    const opaque = await accessToken(stack);
    const jwt = await accessToken(stack, { resource: '/mcp' });
    for (const token of [opaque, jwt]) expect((await list(token)).status).toBe(200);
    await setSuspended(true);
    expect((await list(jwt)).status).toBe(200);
    await expect.poll(async () => (await list(opaque)).status, { timeout: 10_000 }).toBe(401);
    await expect.poll(async () => (await list(jwt)).status, { timeout: 15_000 }).toBe(401);
    const { headers, text } = await list(opaque);
    expect(headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", error_description="${DESCRIPTION}", scope="openid profile email", resource_metadata="${stack.origin}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(JSON.parse(text)).toEqual({
      error: 'invalid_token',
      error_description: `Unauthorized: ${DESCRIPTION}`,
    });
  });

  it('there is no endpoint for one', async () => {
    stack = await startStack();
    const [hook, nowhere] = [
      await tell(deletion(Date.now())),
      await send(`${stack.origin}/webhooks/other`, 'POST', undefined, { body: {} }),
    ];
    expect([hook.status, hook.text]).toEqual([404, nowhere.text]);
  });
});

describe('a webhook of Logto', () => {
  beforeAll(async () => {
    stack = await startStack({ tools: [Jobs], env: { LOGTO_WEBHOOK_SIGNING_KEY: KEY } });
  });
  afterAll(() => stack.close());

  const later = async (resource: string | undefined): Promise<string> => {
    let token = '';
    // Tokens are dated in whole seconds.
    const isAccepted = async () => {
      token = await accessToken(stack, { resource });
      return (await send(`${stack.origin}/mcp`, 'DELETE', token)).status;
    };
    await expect.poll(isAccepted, { timeout: 5_000, interval: 200 }).not.toBe(401);
    return token;
  };

  it.each([
    ['suspended', suspension],
    ['deleted', deletion],
  ])(
    '[row 51] that says who was %s ends tokens, sessions and streams in every era at once',
    async (_what, message) => {
      const jwt = await later('/mcp');
      const sse = await accessToken(stack, { resource: '/sse' });
      const opaque = await accessToken(stack);
      const bob = await accessToken(stack, { user: 'bob', resource: '/mcp' });
      const bobs = await initialize(stack.origin, bob);
      const bobsStream = await openStream(`${stack.origin}/mcp`, bob, { 'Mcp-Session-Id': bobs });
      const session = await initialize(stack.origin, jwt);
      const withSession = { 'Mcp-Session-Id': session };
      const streams = [
        await openStream(`${stack.origin}/sse`, sse),
        await openStream(`${stack.origin}/mcp/sse`, opaque),
        await openStream(`${stack.origin}/mcp`, jwt, withSession),
      ];
      const listening = send(`${stack.origin}/mcp`, 'POST', jwt, LISTEN).then(
        () => 'ended',
        () => 'cut',
      );
      for (const token of [jwt, opaque]) expect((await list(token)).status).toBe(200);
      const before = stopped;
      for (const token of [jwt, bob]) await new TaskClient(stack.origin, token).start('wait');
      await setSuspended(true);

      const answer = await tell(message(Date.now()));
      expect([answer.status, answer.text]).toEqual([200, '{"received":true}']);
      await Promise.all(streams.map(({ ended }) => ended));
      expect(await listening).toBe('cut');
      await expect.poll(() => stopped).toBe(before + 1);
      for (const token of [jwt, opaque]) {
        const { status, headers, text } = await list(token);
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toContain(
          `error="invalid_token", error_description="${DESCRIPTION}"`,
        );
        expect(JSON.parse(text)).toEqual({
          error: 'invalid_token',
          error_description: `Unauthorized: ${DESCRIPTION}`,
        });
      }
      // Everybody else goes on.
      expect((await list(bob)).status).toBe(200);
      const again = await Promise.race([bobsStream.ended.then(() => 'ended'), list(bob).then(() => 'open')]);
      expect(again).toBe('open');
      bobsStream.close();

      await setSuspended(false);
      const fresh = await later('/mcp');
      expect((await list(fresh)).status).toBe(200);
      expect((await list(jwt)).status).toBe(401);
      const old = await send(`${stack.origin}/mcp`, 'POST', fresh, {
        body: listTools(),
        headers: withSession,
      });
      expect(old.status).toBe(404);
    },
  );

  it('may be repeated: it ends nothing that has begun since', async () => {
    const at = Date.now();
    await tell(suspension(at));
    const fresh = await later('/mcp');
    const headers = { 'Mcp-Session-Id': await initialize(stack.origin, fresh) };
    for (const message of [suspension(at), deletion(at), suspension(at - 60_000)]) {
      expect((await tell(message)).status).toBe(200);
    }
    const answer = await send(`${stack.origin}/mcp`, 'POST', fresh, { body: listTools(), headers });
    expect(answer.status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['lets a user in again', suspension(Date.now() + 60_000, false)],
    [
      'is the test of the console',
      { event: 'User.Deleted', createdAt: new Date().toISOString(), params: { id: 'fake-id' } },
    ],
    ['is about something else', { event: 'Role.Created', createdAt: new Date().toISOString(), data: {} }],
    ['is not JSON', 'not JSON'],
  ])('that %s changes nothing and is answered alike', async (_what, message) => {
    const token = await later('/mcp');
    const { status, text } = await tell(message);
    expect([status, text]).toEqual([200, '{"received":true}']);
    expect((await list(token)).status).toBe(200);
  });

  const text = JSON.stringify(deletion(Date.now() + 60_000));
  it.each([
    ['no signature', { 'logto-signature-sha-256': '' }],
    ['a wrong one', { 'logto-signature-sha-256': signatureOf('{}') }],
    ['one of another key', { 'logto-signature-sha-256': signatureOf(text, 'another-key-of-somebody') }],
    ['something else', { 'logto-signature-sha-256': 'sha256=zz' }],
  ])('with %s is refused, always in the same words, and changes nothing', async (_what, headers) => {
    const token = await later('/mcp');
    const answer = await tell(text, headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toEqual({
      error: 'access_denied',
      error_description: 'The signature is not valid',
    });
    expect((await list(token)).status).toBe(200);
  });

  it('that is larger than any is refused unread', async () => {
    const { status, text: body } = await tell('x'.repeat(256 * 1024 + 1));
    expect(status).toBe(413);
    expect(JSON.parse(body)).toEqual({
      error: 'invalid_request',
      error_description: 'The body is larger than 262144 bytes',
    });
  });
});
