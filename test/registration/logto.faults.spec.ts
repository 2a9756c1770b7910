import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AGENT, type Bridge, MANAGEMENT, startBridge } from './bridge.js';
import { type Answer, type LenientLogto, MANAGEMENT_TOKEN, startLenientLogto } from './lenient.logto.js';

const CREATE = 'POST /api/applications';
const CONSENT = 'POST /api/applications/:id/user-consent-scopes';
const SECRETS = 'GET /api/applications/:id/secrets';
const DELETE = 'DELETE /api/applications/:id';

const WEB = {
  ...AGENT,
  redirect_uris: ['https://agent.example/callback'],
  token_endpoint_auth_method: 'client_secret_basic',
};

let logto: LenientLogto;
let bridge: Bridge;
const said: string[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
  }
  logto = await startLenientLogto();
  bridge = await startBridge({
    logto: logto.origin,
    env: { LOG_LEVEL: 'verbose', LOGTO_TIMEOUT_MS: '300' },
  });
});
afterEach(() => logto.reset());
afterAll(async () => {
  vi.restoreAllMocks();
  await bridge.close();
  await logto.close();
});

const calls = () => logto.seen.map(({ call }) => call);

async function answerTo(metadata: unknown) {
  const response = await bridge.register(metadata);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  };
}

describe('when Logto fails', () => {
  const FAULTS: readonly (readonly [string, Answer])[] = [
    ['is broken', { status: 500, body: { code: 'unknown', detail: MANAGEMENT_TOKEN } }],
    ['is silent', 'hang'],
    ['answers a page', 'html'],
    ['is asked too often', { status: 429 }],
    ['forbids us everything', { status: 403, body: { code: 'auth.forbidden' } }],
    ['refuses our token', { status: 401, body: { code: 'auth.unauthorized', token: MANAGEMENT_TOKEN } }],
  ];

  it.each(FAULTS)(
    'because it %s, the client is told to come back, and no app is left',
    async (_what, answer) => {
      logto.answer(CREATE, answer);
      const refused = await answerTo(AGENT);
      expect(refused).toMatchObject({ status: 503, retryAfter: '5' });
      expect(JSON.parse(refused.text)).toMatchObject({ error: 'temporarily_unavailable' });
      expect(calls()).not.toContain(DELETE);
    },
  );

  it.each([CONSENT, SECRETS])('after the app was made, at %s, the app is taken back', async (step) => {
    logto.answer(step, { status: 500 });
    expect(await answerTo(WEB)).toMatchObject({ status: 503, retryAfter: '5' });
    expect(calls().slice(-2)).toEqual([step, DELETE]);
  });

  it('and the app cannot be taken back either, the log says which one it is', async () => {
    logto.answer(CONSENT, { status: 500 });
    logto.answer(DELETE, 'hang');
    said.length = 0;
    expect(await answerTo(AGENT)).toMatchObject({ status: 503 });
    await expect.poll(() => said.join('')).toMatch(/client\.orphaned.*app\d+/);
  });

  it.each([
    [403, 'subscription.limit_exceeded'],
    [403, 'system_limit.limit_exceeded'],
    [422, 'subscription.limit_exceeded'],
  ])('[row 112] because it is full (%i %s), the client may come back in an hour', async (status, code) => {
    logto.answer(CREATE, { status, body: { code, message: 'Upgrade your plan.' } });
    const refused = await answerTo(AGENT);
    expect(refused).toMatchObject({ status: 503, retryAfter: '3600' });
    expect(JSON.parse(refused.text)).toMatchObject({ error: 'temporarily_unavailable' });
    expect(refused.text).not.toContain('plan');
  });

  it('because it does not like the metadata, that is the error of the metadata', async () => {
    logto.answer(CREATE, { status: 400, body: { code: 'guard.invalid_input', message: 'Zod says no' } });
    const refused = await answerTo(AGENT);
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toEqual({
      error: 'invalid_client_metadata',
      error_description: 'Logto does not accept this client',
    });
  });

  it('[row 113] neither the log nor an answer holds the secret, our token, or a token of a client', async () => {
    const answers: Awaited<ReturnType<typeof answerTo>>[] = [];
    said.length = 0;
    for (const call of [CREATE, CONSENT, SECRETS, 'GET /api/resources', 'POST /oidc/token']) {
      for (const [, answer] of FAULTS.filter(([, one]) => one !== 'hang')) {
        logto.reset();
        logto.answer(call, answer);
        answers.push(await answerTo(WEB));
      }
    }
    logto.reset();
    const { text } = await answerTo(WEB);
    // The bridge's own answer, which other tests hold whole.
    const { registration_access_token: token } = JSON.parse(text) as { registration_access_token: string };
    await fetch(`${bridge.origin}/register/app1`, { headers: { authorization: `Bearer ${token}` } });
    await expect.poll(() => said.join('')).toContain('client.registered');
    const refused = answers.filter(({ status }) => status !== 201).map((one) => one.text);
    expect(refused.length).toBeGreaterThan(15);
    const everything = [said.join(''), ...refused].join('\n');
    for (const secret of [MANAGEMENT.clientSecret, MANAGEMENT_TOKEN, token, 'secret-of-the-app']) {
      expect(everything.includes(secret)).toBe(false);
    }
    // The client gets the secret of its own app, and nothing of ours.
    expect(text).toContain('secret-of-the-app');
    expect(text).not.toContain(MANAGEMENT_TOKEN);
  });
});
