import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogtoUnavailableError, type UnavailableReason } from '../logto.errors.js';
import {
  type Answer,
  drip,
  flood,
  gzipBomb,
  hang,
  html,
  json,
  LogtoDouble,
  redirect,
} from '../testing/logto.double.js';
import { boundedFetch } from './bounded.fetch.js';

const TIMEOUT_MS = 1000;

const reasonOf = (result: Promise<unknown>): Promise<UnavailableReason> =>
  result.then(
    () => expect.unreachable('the call must fail'),
    (error: unknown) => {
      if (error instanceof LogtoUnavailableError) return error.reason;
      throw error;
    },
  );

describe('a call to Logto', () => {
  let logto: LogtoDouble;
  const call = (path = '/x', maxBytes = 1024) =>
    boundedFetch({ url: `${logto.origin}${path}`, timeoutMs: TIMEOUT_MS, maxBytes });
  beforeEach(async () => {
    logto = await LogtoDouble.start();
  });
  afterEach(() => logto.stop());

  it('hands over status and parsed body', async () => {
    logto.on('/x', json(200, { sub: 'u1' }));
    await expect(call()).resolves.toEqual({ status: 200, body: { sub: 'u1' } });
  });

  it('accepts the JSON of a key set, which has a type of its own', async () => {
    logto.on('/x', json(200, { keys: [] }, { 'content-type': 'application/jwk-set+json; charset=utf-8' }));
    await expect(call()).resolves.toMatchObject({ body: { keys: [] } });
  });

  it('hands over an OAuth error', async () => {
    logto.on('/x', json(401, { error: 'invalid_token' }));
    await expect(call()).resolves.toEqual({ status: 401, body: { error: 'invalid_token' } });
  });

  it('hands over an error page as an error without a body', async () => {
    logto.on('/x', html(403));
    await expect(call()).resolves.toEqual({ status: 403, body: undefined });
  });

  const failures: readonly (readonly [string, Answer, UnavailableReason])[] = [
    ['answers nothing', hang, 'timeout'],
    ['drips a byte at a time', drip, 'timeout'],
    ['answers HTML with 200', html(), 'not_json'],
    ['calls JSON HTML', json(200, { sub: 'u1' }, { 'content-type': 'text/html' }), 'not_json'],
    ['answers 204', (_, response) => void response.writeHead(204).end(), 'not_json'],
    [
      'calls HTML JSON',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('<p>'),
      'not_json',
    ],
    ['answers 429', json(429, { code: 'too_many' }), 'rate_limited'],
    ['answers 500', json(500, {}), 'server_error'],
    ['answers 503 in HTML', html(503), 'server_error'],
    ['sends more than allowed', json(200, 'x'.repeat(2000)), 'too_large'],
    ['sends a compressed bomb', gzipBomb(), 'too_large'],
    ['hangs up', (_, response) => void response.destroy(), 'network'],
  ];
  it.each(failures)(
    '[row 99] [row 100] is unavailable within its time limit when Logto %s',
    async (_case, answer, reason) => {
      logto.on('/x', answer);
      const start = performance.now();
      await expect(reasonOf(call())).resolves.toBe(reason);
      expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + 1500);
    },
  );

  it('[row 97] does not follow a redirect, not even to Logto itself', async () => {
    logto.on('/x', redirect('/elsewhere')).on('/elsewhere', json(200, {}));
    await expect(reasonOf(call())).resolves.toBe('redirect');
    expect(logto.hits('/elsewhere')).toBe(0);
  });

  it('[row 99] stops downloading when the answer is too large', async () => {
    const { answer, sent } = flood();
    logto.on('/x', answer);
    await expect(reasonOf(call('/x', 512 * 1024))).resolves.toBe('too_large');
    expect(sent()).toBeLessThan(20 * 1024 * 1024);
  });

  it('[row 100] is unavailable when the name or the certificate of Logto is not to be had', async () => {
    const { port } = new URL(logto.origin);
    const elsewhere = (url: string) => reasonOf(boundedFetch({ url, timeoutMs: 5_000, maxBytes: 1024 }));
    await expect(elsewhere('http://logto.invalid/x')).resolves.toBe('network');
    await expect(elsewhere(`https://127.0.0.1:${port}/x`)).resolves.toBe('network');
  });

  it('is unavailable when nobody listens, and tells the log why', async () => {
    await logto.stop();
    await expect(call()).rejects.toMatchObject({ reason: 'network', detail: 'ECONNREFUSED' });
  });

  it('sends no Origin and no cookie', async () => {
    logto.on('/x', json(200, {}));
    await call();
    expect(logto.seen[0]?.headers).not.toHaveProperty('origin');
    expect(logto.seen[0]?.headers).not.toHaveProperty('cookie');
  });
});
