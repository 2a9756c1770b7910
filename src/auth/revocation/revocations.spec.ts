import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidTokenError } from '../auth.errors.js';
import { type RevokedUser, Revocations } from './revocations.js';

const ALICE = { issuer: 'i', subject: 'alice' };
const DAY_MS = 24 * 3_600_000;

Logger.overrideLogger(false);

const jwt = (user: RevokedUser, iat: unknown): AuthInfo => ({
  ...user,
  token: '',
  clientId: 'c',
  scopes: [],
  claims: { aud: 'a', iat },
});

describe('a revocation', () => {
  let revocations: Revocations;
  let told: RevokedUser[];
  let now: number;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    now = Math.floor(Date.now() / 1000);
    vi.setSystemTime(now * 1000);
    told = [];
    revocations = new Revocations();
    revocations.subscribe((user) => told.push(user));
  });
  afterEach(() => void vi.useRealTimers());

  const isRefused = (auth: AuthInfo): boolean => {
    try {
      revocations.check(auth);
      return false;
    } catch (error) {
      expect(error).toEqual(new InvalidTokenError('The access token is not active'));
      return true;
    }
  };

  it('refuses the JWTs that the user had by then, and no later one', () => {
    revocations.revoke(ALICE, now * 1000);
    const refused = [now - 3600, now - 1, now, undefined, 'now'].map((iat) => isRefused(jwt(ALICE, iat)));
    expect(refused).toEqual([true, true, true, true, true]);
    expect(isRefused(jwt(ALICE, now + 1))).toBe(false);
  });

  it('is about this user of this issuer', () => {
    revocations.revoke(ALICE, now * 1000);
    expect(isRefused(jwt({ ...ALICE, subject: 'bob' }, now))).toBe(false);
    expect(isRefused(jwt({ ...ALICE, issuer: 'another' }, now))).toBe(false);
  });

  it('leaves opaque tokens to Logto, which is asked again', () => {
    revocations.revoke(ALICE, now * 1000);
    expect(isRefused({ ...jwt(ALICE, now), claims: { sub: 'alice' } })).toBe(false);
    expect(told).toEqual([ALICE]);
  });

  it('is told once, however often it is repeated, and an older one not at all', () => {
    revocations.revoke(ALICE, now * 1000);
    revocations.revoke(ALICE, now * 1000);
    revocations.revoke(ALICE, now * 1000 - 500);
    expect(told).toEqual([ALICE]);
    revocations.revoke(ALICE, now * 1000 + 500);
    expect(told).toEqual([ALICE, ALICE]);
  });

  it('is forgotten when no token can be left that it would refuse, and cannot be repeated then', () => {
    revocations.revoke(ALICE, now * 1000);
    vi.setSystemTime(now * 1000 + 7 * DAY_MS - 1000);
    expect(isRefused(jwt(ALICE, now))).toBe(true);
    vi.setSystemTime(now * 1000 + 7 * DAY_MS + 1000);
    expect(isRefused(jwt(ALICE, now))).toBe(false);
    revocations.revoke(ALICE, now * 1000);
    expect(told).toEqual([ALICE]);
  });
});
