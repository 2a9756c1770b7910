import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthError, InvalidTokenError, TokenVerifier } from '../auth/index.js';
import { untilRefused } from './token.watch.js';

class Verdicts extends TokenVerifier {
  asked = 0;

  constructor(public verdict: () => AuthInfo) {
    super();
  }

  verify(): Promise<AuthInfo> {
    this.asked += 1;
    return new Promise((resolve) => resolve(this.verdict()));
  }
}

const accepted = (): AuthInfo => ({
  token: '',
  issuer: 'https://issuer.test',
  clientId: 'agent',
  scopes: [],
});

describe('the watch over the token of a local client', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => vi.useRealTimers());

  const watch = (verifier: TokenVerifier) => {
    const seen: AuthError[] = [];
    void untilRefused(verifier, 'token').then((refusal) => seen.push(refusal));
    return seen;
  };

  it('says nothing while the token is accepted, and asks again', async () => {
    const verifier = new Verdicts(accepted);
    const seen = watch(verifier);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(verifier.asked).toBe(4);
    expect(seen).toEqual([]);
  });

  it('says why the token is no longer accepted, and stops asking', async () => {
    const verifier = new Verdicts(accepted);
    const seen = watch(verifier);
    await vi.advanceTimersByTimeAsync(15_000);
    verifier.verdict = () => {
      throw new InvalidTokenError('The access token has expired');
    };
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.map(({ message }) => message)).toEqual(['The access token has expired']);
    expect(verifier.asked).toBe(2);
  });

  it('takes an outage for no verdict', async () => {
    const verifier = new Verdicts(() => {
      throw new Error('The identity provider cannot be asked');
    });
    const seen = watch(verifier);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(seen).toEqual([]);
    expect(verifier.asked).toBe(2);
  });
});
