import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Revocations } from '../revocation/revocations.js';
import { TokenVerifier } from './token.verifier.js';

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

  async verify(token: string): Promise<AuthInfo> {
    const auth = await this.inner.verify(token);
    this.revocations.check(auth);
    return auth;
  }
}
