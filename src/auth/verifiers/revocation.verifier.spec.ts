import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { describe, expect, it } from 'vitest';
import { InvalidTokenError, VerificationBusyError } from '../auth.errors.js';
import { Revocations } from '../revocation/revocations.js';
import { CachingVerifier } from './caching.verifier.js';
import { RevocationVerifier } from './revocation.verifier.js';
import { TokenVerifier } from './token.verifier.js';

const ISSUER = 'https://logto.test/oidc';
const authOf = (subject: string): AuthInfo => ({
  token: '',
  issuer: ISSUER,
  subject,
  clientId: 'agent',
  scopes: [],
  claims: { sub: subject },
});

/** Logto as it answers while a user is suspended: the verdict that was on its way, then what it knows now. */
class Answers extends TokenVerifier {
  calls = 0;

  constructor(private readonly answers: readonly (() => AuthInfo)[]) {
    super();
  }

  async verify(): Promise<AuthInfo> {
    const answer = this.answers[this.calls] ?? this.answers.at(-1);
    this.calls += 1;
    await new Promise(setImmediate);
    if (answer === undefined) throw new Error('No answer');
    return answer();
  }
}

const refused = (): AuthInfo => {
  throw new InvalidTokenError('The access token is not active');
};

function verifierOf(...answers: readonly (() => AuthInfo)[]) {
  const logto = new Answers(answers);
  const revocations = new Revocations();
  const caching = new CachingVerifier(logto, { entries: 10, seconds: 60 });
  revocations.subscribe((user) => caching.forget(user));
  return { logto, revocations, verifier: new RevocationVerifier(caching, revocations) };
}

describe('a verification of an opaque token', () => {
  it('is made again when its user is revoked meanwhile', async () => {
    const { logto, revocations, verifier } = verifierOf(() => {
      // The webhook arrives after Logto has answered, and before the answer does.
      revocations.revoke({ issuer: ISSUER, subject: 'alice' }, Date.now());
      return authOf('alice');
    }, refused);
    await expect(verifier.verify('opaque')).rejects.toBeInstanceOf(InvalidTokenError);
    expect(logto.calls).toBe(2);
    expect(verifier.recall('opaque')).toBeUndefined();
  });

  it('is made again for everybody who waits for it', async () => {
    const { logto, revocations, verifier } = verifierOf(() => {
      revocations.revoke({ issuer: ISSUER, subject: 'alice' }, Date.now());
      return authOf('alice');
    }, refused);
    const waiting = Array.from({ length: 5 }, () => verifier.verify('opaque'));
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(logto.calls).toBe(2);
  });

  it('stands when another user is revoked meanwhile', async () => {
    const { logto, revocations, verifier } = verifierOf(() => {
      revocations.revoke({ issuer: ISSUER, subject: 'bob' }, Date.now());
      return authOf('alice');
    });
    expect((await verifier.verify('opaque')).subject).toBe('alice');
    expect(logto.calls).toBe(1);
  });

  it('stands when Logto still accepts the token after the revocation', async () => {
    const { revocations, verifier } = verifierOf(
      () => {
        revocations.revoke({ issuer: ISSUER, subject: 'alice' }, Date.now());
        return authOf('alice');
      },
      () => authOf('alice'),
    );
    expect((await verifier.verify('opaque')).subject).toBe('alice');
  });

  it('gives up without a verdict while its user is revoked again and again', async () => {
    let at = Date.now();
    const { revocations, verifier } = verifierOf(() => {
      revocations.revoke({ issuer: ISSUER, subject: 'alice' }, (at += 1));
      return authOf('alice');
    });
    await expect(verifier.verify('opaque')).rejects.toBeInstanceOf(VerificationBusyError);
  });
});
