import { createHmac } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Drain } from '../../src/edge/index.js';
import { LoggedLines } from '../support/logged.lines.js';
import { accessToken } from '../support/oauth.js';
import { send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';
import { dial, http } from './raw.socket.js';

const KEY = 'signing-key-of-the-webhook';
const lines: string[] = [];
let stack: Stack;
let token: string;

beforeAll(async () => {
  stack = await startStack({ env: { LOGTO_WEBHOOK_SIGNING_KEY: KEY, REGISTRATION: 'open' } });
  token = await accessToken(stack, { user: 'alice', resource: '/mcp' });
  Logger.overrideLogger(new LoggedLines(lines));
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => stack.close());

/** Begins a request, and goes before its body is in. */
async function abort(line: string, headers: readonly string[], body: string): Promise<void> {
  const drain = stack.app.get(Drain);
  const socket = await dial(stack.origin);
  socket.on('error', () => undefined);
  const all = ['Host: localhost', 'Content-Type: application/json', 'Content-Length: 1000', ...headers];
  socket.write(http(`${line} HTTP/1.1`, ...all) + body);
  // Time for the guards before the body: what is refused there reads none.
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await expect.poll(() => drain.running).toBe(0);
}

describe('a body whose client goes before its end', () => {
  it.each([
    ['a webhook', 'POST /webhooks/logto', () => [`Logto-Signature-Sha-256: ${'0'.repeat(64)}`]],
    ['a registration', 'POST /register', () => []],
    ['a change of a registration', 'PUT /register/some-client', () => ['Authorization: Bearer some-token']],
    ['a message', 'POST /mcp', () => [`Authorization: Bearer ${token}`]],
  ] as const)('is no warning and no error of the server: %s', async (_what, line, headers) => {
    for (const body of ['', '{"a":']) await abort(line, headers(), body);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines.filter((text) => !text.startsWith('["debug"'))).toEqual([]);
    expect(lines.join('')).not.toContain('    at ');
  });
});

describe('a webhook that is not signed', () => {
  const tell = (body: string, signature: string) =>
    send(`${stack.origin}/webhooks/logto`, 'POST', undefined, {
      body,
      headers: { 'Logto-Signature-Sha-256': signature },
    });

  it('is for the debug log, and one warning a minute says how many there were', async () => {
    for (let n = 0; n < 5; n += 1) expect((await tell('{}', '0'.repeat(64))).status).toBe(403);
    const told = (level: string) =>
      lines.filter((text) => text.startsWith(`["${level}"`) && text.includes('webhook.refused'));
    expect(told('debug')).toHaveLength(5);
    expect(told('warn')).toEqual(['["warn",{"event":"webhook.refused","count":1},"Auth"]']);
    expect((await tell('{}', createHmac('sha256', KEY).update('{}').digest('hex'))).status).toBe(200);
  });
});
