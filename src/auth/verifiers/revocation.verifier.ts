import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Revocations } from '../revocation/revocations.js';
import { VerificationBusyError } from '../auth.errors.js';
import { TokenVerifier } from './token.verifier.js';

/** Two in the usual case of one revocation; more only while a user is revoked again and again. */
const ATTEMPTS = 3;

/** Holds each verdict, remembered or new, against who is out by now. */
export class RevocationVerifier extends TokenVerifier {
  constructor(
    private readonly inner: TokenVerifier,
    private readonly revocations: Revocations,
  ) {
    super();
  }

  override recall(token: string): AuthInfo | undefined {
    const auth = this.inner.recall(token);
    if (auth !== undefined) this.revocations.check(auth);
    return auth;
  }

  /** Verifies again when the user was revoked meanwhile: Logto may have answered before it knew. */
  async verify(token: string): Promise<AuthInfo> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { latest } = this.revocations;
      const auth = await this.inner.verify(token);
      this.revocations.check(auth);
      if (!this.revocations.isRevokedSince(latest, auth)) return auth;
    }
    throw new VerificationBusyError();
  }
}
