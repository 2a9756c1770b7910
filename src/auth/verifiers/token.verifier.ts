import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';

/**
 * Says whose token this is, or throws: an `AuthError` when the token is not accepted, `LogtoUnavailableError` when
 * nobody can say now.
 *
 * `AuthInfo.token` is always empty: nothing behind the guard needs the token, so nothing behind it can leak it.
 */
export abstract class TokenVerifier {
  abstract verify(token: string): Promise<AuthInfo>;

  /** What `verify` would answer, where it is known already. @throws {AuthError} as `verify` would */
  recall(_token: string): AuthInfo | undefined {
    return undefined;
  }
}
