import { TokenRejectedError } from '../../logto/index.js';
import { InsufficientScopeError, InvalidTokenError } from '../auth.errors.js';

/** Runs a call to Logto; its "no" becomes ours, its silence stays `LogtoUnavailableError`. */
export async function judged<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    if (!(cause instanceof TokenRejectedError)) throw cause;
    if (cause.code !== 'insufficient_scope') {
      throw new InvalidTokenError('The access token is not active', { cause });
    }
    throw new InsufficientScopeError((cause.scope ?? 'openid').split(' '), [], { cause });
  }
}
