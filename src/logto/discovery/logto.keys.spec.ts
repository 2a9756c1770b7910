import { Logger } from '@nestjs/common';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Answer,
  configFor,
  flood,
  hang,
  html,
  json,
  LogtoDouble,
  redirect,
} from '../testing/logto.double.js';
import { LogtoDiscovery } from './logto.discovery.js';
import { LogtoKeys } from './logto.keys.js';

const JWKS = '/oidc/jwks';

interface TestKey {
  readonly jwk: JWK;
  readonly secretJwk: JWK;
  readonly token: string;
}

async function testKey(kid: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true });
  const token = await new SignJWT({})
    .setIssuedAt()
    .setProtectedHeader({ alg: 'ES384', kid })
    .sign(privateKey);
  const about = { kid, alg: 'ES384', use: 'sig' };
  return {
    jwk: { ...(await exportJWK(publicKey)), ...about },
    secretJwk: { ...(await exportJWK(privateKey)), ...about },
    token,
  };
}

describe('signing keys', () => {
  let one: TestKey;
  let two: TestKey;
  let logto: LogtoDouble;
  let discovery: LogtoDiscovery;
  let keys: LogtoKeys;
  let later = 0;
  const serve = (...list: readonly TestKey[]) =>
    logto.on(JWKS, json(200, { keys: list.map(({ jwk }) => jwk) }));
  const verify = ({ token }: TestKey) => jwtVerify(token, keys.getKey);
  const start = async (options: Parameters<typeof configFor>[1] = {}) => {
    const config = configFor(logto.origin, { timeoutMs: 1000, ...options });
    discovery = new LogtoDiscovery(config);
    keys = new LogtoKeys(config, discovery);
    await Promise.all([discovery.onModuleInit(), keys.onModuleInit()]);
  };

  beforeAll(async () => {
    [one, two] = await Promise.all([testKey('one'), testKey('two')]);
  });
  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    later = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
    logto = await LogtoDouble.start();
    logto.discovery();
    serve(one);
  });
  afterEach(async () => {
    keys.onApplicationShutdown();
    discovery.onApplicationShutdown();
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('verify a token right after the start', async () => {
    await start();
    await expect(verify(one)).resolves.toBeDefined();
    expect(keys.status()).toEqual({ known: true, stale: false });
  });

  it('[row 50] accept a token of a new key after one question, asked once for all', async () => {
    await start();
    serve(one, two);
    await Promise.all(Array.from({ length: 50 }, () => verify(two)));
    await expect(verify(one)).resolves.toBeDefined();
    expect(logto.hits(JWKS)).toBe(2);
  });

  it('[row 50] refuse a token of a withdrawn key after the next refresh', async () => {
    serve(one, two);
    await start();
    await verify(one);
    serve(two);
    await keys.refresh();
    await expect(verify(one)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await expect(verify(two)).resolves.toBeDefined();
  });

  it('are read again in the background', async () => {
    await start({ refreshSeconds: 0.05 });
    serve(two);
    await vi.waitFor(() => expect(verify(one)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' }));
  });

  /** Asks for a key that nobody has, for a token of that age. */
  const forged = async (kid: string, ageSeconds = 0): Promise<unknown> => {
    const iat = Math.floor(Date.now() / 1000) - ageSeconds;
    const payload = Buffer.from(JSON.stringify({ iat })).toString('base64url');
    return keys.getKey({ alg: 'ES384', kid }, { payload, signature: '' });
  };
  const inventKids = async (ageSeconds?: number) => {
    const all = Array.from({ length: 2000 }, (_, n) => forged(`../../etc/passwd${n}`, ageSeconds));
    const results = await Promise.allSettled(all);
    return results.map((result) => (result.status === 'rejected' ? result.reason.code : 'found'));
  };

  it('[row 36] ask Logto once in 30 seconds, however many unknown kids come', async () => {
    await start();
    expect(await inventKids()).toContain('ERR_JWKS_NO_MATCHING_KEY');
    expect(logto.hits(JWKS)).toBe(2);
    later = 29_000;
    expect(new Set(await inventKids())).toEqual(new Set(['logto_unavailable']));
    expect(logto.hits(JWKS)).toBe(2);
    later = 31_000;
    await inventKids();
    expect(logto.hits(JWKS)).toBe(3);
  });

  it('[row 36] are not asked for when the set is younger than the token: Logto would have named its key', async () => {
    await start();
    expect(new Set(await inventKids(120))).toEqual(new Set(['ERR_JWKS_NO_MATCHING_KEY']));
    expect(logto.hits(JWKS)).toBe(1);
  });

  it('[row 50] do not call a token bad whose key Logto has made since somebody invented one', async () => {
    await start();
    await expect(forged('invented')).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    serve(one, two);
    await expect(verify(two)).rejects.toMatchObject({
      code: 'logto_unavailable',
      reason: 'key_not_yet_asked_for',
      retryAfterSeconds: 30,
    });
    later = 21_000;
    await expect(verify(two)).rejects.toMatchObject({ retryAfterSeconds: 9 });
    later = 30_001;
    await expect(verify(two)).resolves.toBeDefined();
    expect(logto.hits(JWKS)).toBe(3);
  });

  it('[row 131] are not thought younger than a token because the clock was set back', async () => {
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 600_000);
    await start();
    clock.mockImplementation(now);
    serve(one, two);
    await expect(verify(two)).resolves.toBeDefined();
  });

  it('do not know the age of a token that does not say it', async () => {
    await start();
    const ask = async (payload: string) =>
      keys.getKey({ alg: 'ES384', kid: 'x' }, { payload, signature: '' });
    await expect(ask('')).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    for (const text of ['', 'null', '{}', '{"iat":"1"}', '[']) {
      const payload = Buffer.from(text).toString('base64url');
      await expect(ask(payload)).rejects.toMatchObject({ reason: 'key_not_yet_asked_for' });
    }
  });

  it('do not ask about a known kid under a wrong algorithm', async () => {
    await start();
    const wrong = keys.getKey({ alg: 'RS256', kid: 'one' }, { payload: '', signature: '' });
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(logto.hits(JWKS)).toBe(1);
  });

  it('[row 100] cannot say whether a key exists while Logto is silent, now or during the cooldown', async () => {
    await start();
    logto.on(JWKS, json(500, {}));
    await expect(verify(two)).rejects.toMatchObject({ code: 'logto_unavailable', reason: 'server_error' });
    await expect(verify(two)).rejects.toMatchObject({ code: 'logto_unavailable', reason: 'server_error' });
    expect(logto.hits(JWKS)).toBe(2);
    await expect(verify(one)).resolves.toBeDefined();
  });

  it('[row 100] stay good for days while Logto is dead', async () => {
    await start();
    await logto.stop();
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'logto_unavailable' });
    later = 3 * 24 * 3_600_000;
    await expect(verify(one)).resolves.toBeDefined();
    expect(keys.status()).toEqual({ known: true, stale: true, lastError: 'network' });
  });

  it('are not known, which is no verdict on a token, until Logto was found', async () => {
    const { port } = logto;
    await logto.stop();
    await start();
    await expect(verify(one)).rejects.toMatchObject({ code: 'logto_unavailable', reason: 'not_yet_known' });
    logto = await LogtoDouble.start(port);
    logto.discovery();
    serve(one);
    await vi.waitFor(() => expect(verify(one)).resolves.toBeDefined(), { timeout: 5000, interval: 50 });
  });

  const bad: readonly (readonly [string, () => Answer, string])[] = [
    ['HTML', () => html(), 'not_json'],
    ['204', () => (_, response) => void response.writeHead(204).end(), 'not_json'],
    ['nothing', () => hang, 'timeout'],
    ['500', () => json(500, {}), 'server_error'],
    ['429', () => json(429, {}), 'rate_limited'],
    ['a redirect', () => redirect('http://169.254.169.254/'), 'redirect'],
    ['400 MB', () => flood().answer, 'too_large'],
    ['a list', () => json(200, []), 'invalid_keys'],
    ['no key', () => json(200, { keys: [] }), 'invalid_keys'],
    ['keys that are no list', () => json(200, { keys: {} }), 'invalid_keys'],
    [
      '1000 keys',
      () => json(200, { keys: Array.from({ length: 1000 }, (_, n) => ({ ...two.jwk, kid: `${n}` })) }),
      'invalid_keys',
    ],
    [
      'a key without coordinates',
      () => json(200, { keys: [{ kty: 'EC', crv: 'P-384', kid: 'k1' }] }),
      'invalid_keys',
    ],
    ['a key of an unknown kind', () => json(200, { keys: [{ kty: 'XY', kid: 'k1' }] }), 'invalid_keys'],
    ['a private key', () => json(200, { keys: [two.secretJwk] }), 'invalid_keys'],
    [
      'a shared secret',
      () => json(200, { keys: [{ kty: 'oct', kid: 'two', k: 'c2VjcmV0' }] }),
      'invalid_keys',
    ],
    ['one kid twice', () => json(200, { keys: [two.jwk, two.jwk] }), 'invalid_keys'],
  ];
  it.each(bad)('[row 98] keep the last good set when Logto answers %s', async (_case, answer, lastError) => {
    await start();
    logto.on(JWKS, answer());
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'logto_unavailable' });
    await expect(verify(one)).resolves.toBeDefined();
    expect(keys.status()).toEqual({ known: true, stale: true, lastError });
    expect(vi.mocked(Logger.prototype.warn).mock.calls).toEqual([
      [{ event: 'logto.keys_failed', reason: lastError }],
    ]);
  });
});
