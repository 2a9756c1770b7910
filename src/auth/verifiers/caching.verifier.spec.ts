import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogtoUnavailableError } from '../../logto/index.js';
import { InsufficientScopeError, InvalidTokenError } from '../auth.errors.js';
import { CachingVerifier } from './caching.verifier.js';
import { TokenVerifier } from './token.verifier.js';

/** Counts how often it is asked, and answers whatever the test wants. */
class CountingVerifier extends TokenVerifier {
  asked = 0;
  answer: (token: string) => AuthInfo | Error = (token) => auth(token);

  async verify(token: string): Promise<AuthInfo> {
    this.asked += 1;
    await Promise.resolve();
    const answer = this.answer(token);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

const auth = (subject: string, expiresAt?: number): AuthInfo => ({
  token: '',
  issuer: 'i',
  subject,
  clientId: 'c',
  scopes: ['a'],
  claims: { sub: subject, address: { city: 'x' } },
  ...(expiresAt !== undefined && { expiresAt }),
});

let inner: CountingVerifier;
const cached = (policy = {}) => new CachingVerifier(inner, { entries: 100, seconds: 60, ...policy });
const inSeconds = (count: number) => Math.floor(Date.now() / 1000) + count;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  inner = new CountingVerifier();
});
afterEach(() => void vi.useRealTimers());

describe('CachingVerifier', () => {
  it('asks once for a token within its time, and again after it', async () => {
    const verifier = cached();
    await verifier.verify('t');
    vi.advanceTimersByTime(53_000);
    await verifier.verify('t');
    expect(inner.asked).toBe(1);
    vi.advanceTimersByTime(7_001);
    await verifier.verify('t');
    expect(inner.asked).toBe(2);
  });

  it('keeps no token beyond its expiry', async () => {
    const verifier = cached();
    const expiresAt = inSeconds(5);
    inner.answer = (token) => auth(token, expiresAt);
    await verifier.verify('t');
    vi.advanceTimersByTime(5_001);
    await verifier.verify('t');
    expect(inner.asked).toBe(2);
  });

  it('keeps no token that lives on tolerance alone', async () => {
    const verifier = cached();
    const expiresAt = inSeconds(-10);
    inner.answer = (token) => auth(token, expiresAt);
    await verifier.verify('t');
    await verifier.verify('t');
    expect(inner.asked).toBe(2);
  });

  it('keeps nothing when told to keep it for no time', async () => {
    const verifier = cached({ seconds: 0 });
    await verifier.verify('t');
    await verifier.verify('t');
    expect(inner.asked).toBe(2);
  });

  it('[row 102] asks once for fifty requests that come together, and answers each', async () => {
    const verifier = cached();
    const answers = await Promise.all(Array.from({ length: 50 }, () => verifier.verify('t')));
    expect(inner.asked).toBe(1);
    expect(answers.map(({ subject }) => subject)).toEqual(Array.from({ length: 50 }, () => 't'));
  });

  it('never answers one token with the verdict on another', async () => {
    const verifier = cached();
    const tokens = ['t', 'T', 't ', 'tt'];
    const subjects = async () =>
      (await Promise.all(tokens.map((one) => verifier.verify(one)))).map((one) => one.subject);
    expect(await subjects()).toEqual(tokens);
    expect(await subjects()).toEqual(tokens);
  });

  it('answers with something that nobody can change', async () => {
    const { scopes, claims } = await cached().verify('t');
    expect(() => scopes.push('admin')).toThrow(TypeError);
    expect(() => Object.assign(claims ?? {}, { sub: 'mallory' })).toThrow(TypeError);
    expect(() => Object.assign(Object(claims?.['address']), { city: 'y' })).toThrow(TypeError);
  });

  it('is not brought down by claims nested deeper than a stack', async () => {
    inner.answer = () => ({
      ...auth('t'),
      claims: JSON.parse('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)),
    });
    await expect(cached().verify('t')).resolves.toMatchObject({ subject: 't' });
  });

  it('remembers a refusal for ten seconds, without what led to it', async () => {
    const verifier = cached();
    inner.answer = () => new InvalidTokenError('no', { cause: { payload: 'claims' } });
    await expect(verifier.verify('t')).rejects.toMatchObject({ cause: { payload: 'claims' } });
    const again: unknown = await verifier.verify('t').catch((error: unknown) => error);
    expect(again).toEqual(new InvalidTokenError('no'));
    expect(again).not.toHaveProperty('cause');
    expect(inner.asked).toBe(1);
    vi.advanceTimersByTime(10_001);
    await expect(verifier.verify('t')).rejects.toThrow('no');
    expect(inner.asked).toBe(2);
  });

  it('keeps no error: the stack of one holds whatever request it was made for', async () => {
    const verifier = cached();
    inner.answer = () => new InvalidTokenError('no');
    const thrown = () => verifier.verify('t').catch((error: unknown) => error);
    await thrown();
    expect(await thrown()).not.toBe(await thrown());
    expect(inner.asked).toBe(1);
  });

  it('remembers that a scope is missing, and which', async () => {
    const verifier = cached();
    inner.answer = () => new InsufficientScopeError(['openid']);
    await expect(verifier.verify('t')).rejects.toMatchObject({ scopes: ['openid'] });
    await expect(verifier.verify('t')).rejects.toMatchObject({
      code: 'insufficient_scope',
      scopes: ['openid'],
    });
    expect(inner.asked).toBe(1);
  });

  it.each([new LogtoUnavailableError('rate_limited'), new TypeError('a bug')])(
    'remembers no failure that says nothing about the token: %s',
    async (failure) => {
      const verifier = cached();
      inner.answer = () => failure;
      await expect(verifier.verify('t')).rejects.toBe(failure);
      inner.answer = (token) => auth(token);
      await expect(verifier.verify('t')).resolves.toMatchObject({ subject: 't' });
    },
  );

  it('asks again about every token of a user whose access has ended, and about no other', async () => {
    const verifier = cached();
    inner.answer = (token) => auth(token.slice(0, 1));
    for (const token of ['a1', 'a2', 'b1']) await verifier.verify(token);
    verifier.forget({ issuer: 'i', subject: 'a' });
    verifier.forget({ issuer: 'another', subject: 'b' });
    for (const token of ['a1', 'a2', 'b1']) await verifier.verify(token);
    expect(inner.asked).toBe(5);
  });

  it('does not keep a verdict that was under way when the access of its user ended', async () => {
    const verifier = cached();
    const asked = verifier.verify('t');
    verifier.forget({ issuer: 'i', subject: 't' });
    await asked;
    await verifier.verify('t');
    expect(inner.asked).toBe(2);
  });

  it('is bounded in memory too: of many tokens with long claims it keeps the latest', async () => {
    const verifier = cached({ entries: 10_000 });
    const text = 'x'.repeat(64 * 1024);
    inner.answer = (token) => ({ ...auth(token), claims: { sub: token, text, list: [text] } });
    const tokens = Array.from({ length: 400 }, (_, at) => `t${at}`);
    for (const token of tokens) await verifier.verify(token);
    await verifier.verify('t399');
    expect(inner.asked).toBe(400);
    // 400 times 128 KB in two bytes a character are 100 MB.
    await verifier.verify('t0');
    expect(inner.asked).toBe(401);
  });

  it('does not keep what alone would fill it', async () => {
    const verifier = cached();
    await verifier.verify('small');
    inner.answer = (token) => ({ ...auth(token), claims: { sub: token, text: 'x'.repeat(20_000_000) } });
    await verifier.verify('huge');
    await verifier.verify('huge');
    expect(inner.asked).toBe(3);
    await verifier.verify('small');
    expect(inner.asked).toBe(3);
  });

  it('does not let bad tokens push out good ones', async () => {
    const verifier = cached({ entries: 3 });
    await verifier.verify('good');
    inner.answer = () => new InvalidTokenError('no');
    for (let at = 0; at < 20; at += 1) await verifier.verify(`bad-${at}`).catch(() => undefined);
    await expect(verifier.verify('good')).resolves.toMatchObject({ subject: 'good' });
    await verifier.verify('bad-0').catch(() => undefined);
    // 1 good, 20 bad, and the first bad one again: the store of refusals is bounded too.
    expect(inner.asked).toBe(22);
  });
});
