import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { AppModule } from '../../src/app.module.js';
import { readConfig } from '../../src/config/index.js';
import { startDevTenant } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';
import { send } from '../support/raw.js';
import { MANAGEMENT } from '../support/stack.js';

const KEY = 'a-signing-key-for-webhooks';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** The whole service, as an operator changes it who needs a body parser for routes of his own. */
async function startWith(parser: 'json' | 'raw' | 'text'): Promise<string> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: origin + path })),
    management: MANAGEMENT,
  });
  closers.push(() => tenant.close());
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: origin,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: tenant.endpoint,
    LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
    LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    LOGTO_WEBHOOK_SIGNING_KEY: KEY,
    REGISTRATION: 'open',
  });
  const app = await createApp(config, AppModule.forRoot(config));
  app.useBodyParser(parser, { type: '*/*' });
  await app.listen(port, '127.0.0.1');
  closers.push(() => app.close());
  return origin;
}

const WEBHOOK = JSON.stringify({ event: 'PostSignIn', createdAt: new Date().toISOString() });
const signature = createHmac('sha256', KEY).update(WEBHOOK).digest('hex');
const METADATA = { client_name: 'Agent', redirect_uris: ['http://127.0.0.1/callback'] };

describe('the public routes of an application with a body parser', () => {
  it.each([
    ['json', 201, 500],
    ['raw', 201, 200],
    ['text', 201, 200],
  ] as const)('of %s answer at once', async (parser, registered, received) => {
    const origin = await startWith(parser);
    expect((await send(`${origin}/register`, 'POST', undefined, { body: METADATA })).status).toBe(registered);
    // Without the bytes, no signature can be checked.
    const headers = { 'Logto-Signature-Sha-256': signature };
    const webhook = await send(`${origin}/webhooks/logto`, 'POST', undefined, { body: WEBHOOK, headers });
    expect(webhook.status).toBe(received);
  });
});
