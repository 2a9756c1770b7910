import type { INestApplication } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { LogtoFixture } from '../../src/auth/testing/logto.fixture.js';
import { accessToken, seconds, signingKey, type SigningKey } from '../../src/auth/testing/signing.fixture.js';
import { readConfig } from '../../src/config/index.js';
import { type ChaosProxy, type Fault, startChaosProxy } from '../support/chaos.proxy.js';
import { freePort } from '../support/free.port.js';
import { listTools, MODERN_META, type RawAnswer, send } from '../support/raw.js';

const LIST = {
  body: { ...listTools(), params: { _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
};
const REFRESH_SECONDS = 5;
const HALF = 50;
const MINUTE_MS = 60_000;

let origin: string;
let app: INestApplication;
let logto: LogtoFixture;
let way: ChaosProxy;

/** A tenant whose keys can be changed, and a way to it that can be spoiled. */
beforeAll(async () => {
  logto = await LogtoFixture.start();
  way = await startChaosProxy(logto.endpoint);
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const many = '1000000';
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: origin,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: logto.endpoint,
    LOGTO_INTERNAL_ENDPOINT: way.origin,
    LOGTO_TIMEOUT_MS: '1000',
    AUTH_CACHE_SECONDS: '300',
    LOGTO_REFRESH_SECONDS: String(REFRESH_SECONDS),
    LIMIT_REQUESTS_PER_ADDRESS: many,
    LIMIT_FAILURES_PER_ADDRESS: many,
    LIMIT_REQUESTS_PER_PRINCIPAL: many,
  });
  app = await createApp(config, AppModule.forRoot(config));
  await app.listen(port, '127.0.0.1');
});
afterAll(async () => {
  await app.close();
  await way.close();
  await logto.stop();
});
afterEach(() => {
  way.fault = 'none';
  vi.restoreAllMocks();
});

const list = (token: string): Promise<RawAnswer> => send(`${origin}/mcp`, 'POST', token, LIST);
const statuses = async (tokens: readonly string[]): Promise<Record<string, number>> => {
  const answers = await Promise.all(tokens.map(async (token) => (await list(token)).status));
  return Object.fromEntries(
    [...new Set(answers)].map((one) => [one, answers.filter((s) => s === one).length]),
  );
};

let made = 0;
/** A token that nobody has seen, of a user of its own. */
const jwt = (key: SigningKey = logto.key): Promise<string> => {
  made += 1;
  const claims = { sub: `user-${made}`, exp: seconds() + 3600 };
  return accessToken(key, logto.issuer, `${origin}/mcp`, { claims });
};
const opaque = (): string => {
  made += 1;
  return logto.grant(`opaque-${made}`, { sub: `user-${made}`, exp: seconds() + 3600 });
};
const half = <T>(make: () => T | Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: HALF }, () => make()));

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['is dead', 'dead'],
  ['hangs', 'hang'],
  ['takes five seconds', { delayMs: 5_000 }],
  ['answers HTML', 'html'],
  ['answers 500', { status: 500 }],
  ['answers 429', { status: 429 }],
  ['is hidden by a gateway that refuses', { status: 401, body: '{"error":"unauthorized"}' }],
  ['redirects', { status: 302 }],
  ['answers with 400 MB', 'flood'],
];

/** How long the middle one of these callers waits, each asking when the one before is answered. */
async function medianWait(tokens: readonly string[]): Promise<number> {
  const waits: number[] = [];
  for (const token of tokens) {
    const began = performance.now();
    expect((await list(token)).status).toBe(200);
    waits.push(performance.now() - began);
  }
  return waits.toSorted((a, b) => a - b)[waits.length >> 1] ?? 0;
}

/** Half of them with JWTs, half with opaque tokens, all of which have been looked at. */
async function knownCallers(): Promise<{ jwts: string[]; opaques: string[] }> {
  const callers = { jwts: await half(jwt), opaques: await half(opaque) };
  // On a slow machine not all questions are answered in time at the first go.
  const all = () => statuses([...callers.jwts, ...callers.opaques]);
  await vi.waitFor(async () => expect(await all()).toEqual({ 200: 2 * HALF }), 20_000);
  return callers;
}

describe('a hundred callers', () => {
  let jwts: string[];
  let opaques: string[];
  beforeAll(async () => {
    ({ jwts, opaques } = await knownCallers());
  });

  it.each(FAULTS)(
    '[row 100] who are known are served while Logto %s, and nobody is told that a token is bad',
    async (_what, fault) => {
      way.fault = fault;
      expect(await statuses([...jwts, ...opaques])).toEqual({ 200: 2 * HALF });
      // A new JWT needs nobody but the keys at hand.
      expect(await statuses([await jwt()])).toEqual({ 200: 1 });
      for (const token of [opaque(), await jwt(await signingKey('key-of-tomorrow'))]) {
        const began = performance.now();
        const { status, headers } = await list(token);
        expect([status, headers.get('www-authenticate')]).toEqual([503, null]);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        // A second is the limit of the call; the rest is for a slow machine.
        expect(performance.now() - began).toBeLessThan(3_000);
      }
    },
  );

  it('[row 100] wait no longer for a Logto that is dead than for one that lives', async () => {
    const all = [...jwts, ...opaques];
    // What the first rounds compile, the later ones have.
    for (let round = 0; round < 5; round += 1) await medianWait(all);
    const alive = await medianWait(all);
    way.fault = 'hang';
    const hanging = await medianWait(all);
    way.fault = 'dead';
    const dead = await medianWait(all);
    const told = (ms: number) => `${ms.toFixed(1)} ms`;
    console.log(`known callers, median: ${told(alive)}; Logto hangs: ${told(hanging)}; dead: ${told(dead)}`);
    // Whoever waited for Logto would wait for its second; the rest is for a slow machine.
    expect(Math.max(hanging, dead)).toBeLessThan(500);
  });

  it('[row 100] are not signed out by a Logto that is dead for a quarter of an hour', async () => {
    way.fault = 'dead';
    let later = 0;
    const now = Date.now.bind(Date);
    // The clock by which verdicts and answers of Logto grow old.
    vi.spyOn(Date, 'now').mockImplementation(() => now() + later);
    later = 3 * MINUTE_MS;
    expect(await statuses([...jwts, ...opaques])).toEqual({ 200: 2 * HALF });
    for (const minute of [6, 9, 12, 15]) {
      later = minute * MINUTE_MS;
      expect(await statuses(jwts)).toEqual({ 200: HALF });
      // When their time in the cache is over, Logto alone can say what they are worth.
      expect(await statuses(opaques)).toEqual({ 503: HALF });
    }
    way.fault = 'none';
    const all = () => statuses([...jwts, ...opaques]);
    await expect.poll(all, { timeout: 20_000 }).toEqual({ 200: 2 * HALF });
  });

  it('[row 50] go through a rotation without a refusal, until the old key is withdrawn', async () => {
    const old = logto.key;
    const next = await signingKey('key-of-the-rotation');
    logto.keys = [old, next];
    const asked = logto.calls.jwks;
    // Whoever comes first with the new key makes us look; the background may have been faster.
    const moved = await half(() => jwt(next));
    const first = await statuses(moved);
    expect(first['401']).toBeUndefined();
    await expect.poll(() => statuses(moved), { timeout: 40_000, interval: 500 }).toEqual({ 200: HALF });
    expect(await statuses(await half(() => jwt(old)))).toEqual({ 200: HALF });
    expect(logto.calls.jwks - asked).toBeLessThanOrEqual(10);
    logto.keys = [next];
    const isRefused = async () => (await list(await jwt(old))).status;
    await expect.poll(isRefused, { timeout: 90_000, interval: 500 }).not.toBe(200);
    expect(await statuses([...moved, ...(await half(() => jwt(next)))])).toEqual({ 200: 2 * HALF });
  }, 120_000);
});
