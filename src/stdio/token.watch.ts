import { Logger } from '@nestjs/common';
import { AuthError, type TokenVerifier } from '../auth/index.js';

/** As often as an idle process may ask; the verifier remembers its verdicts, so that most of this reaches nobody. */
const CHECK_MS = 15_000;

/**
 * Asks about the token again and again: it expires and can be revoked while the process lives on, and no request
 * brings a newer one.
 * @returns why the token is no longer accepted; never, while it is
 */
export function untilRefused(verifier: TokenVerifier, token: string): Promise<AuthError> {
  const log = new Logger('Stdio');
  return new Promise((resolve) => {
    const check = async (): Promise<void> => {
      try {
        await verifier.verify(token);
      } catch (error) {
        if (error instanceof AuthError) return resolve(error);
        // "We cannot check" is not a verdict on the token.
        log.warn({ event: 'token.unchecked', error: error instanceof Error ? error.message : String(error) });
      }
      setTimeout(() => void check(), CHECK_MS).unref();
    };
    setTimeout(() => void check(), CHECK_MS).unref();
  });
}
