import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { decodeProtectedHeader } from 'jose';
import type { TokenMode } from '../../config/index.js';
import { InvalidTokenError } from '../auth.errors.js';
import { TokenVerifier } from './token.verifier.js';

type TokenShape = 'jwt' | 'opaque' | 'neither';

/**
 * Decides by its shape who judges a token, and never asks the other one: a JWT that the JWT path refused must not be
 * sent to userinfo for a second opinion.
 */
export class RoutingVerifier extends TokenVerifier {
  constructor(
    private readonly mode: TokenMode,
    private readonly jwt: TokenVerifier,
    private readonly opaque: TokenVerifier,
  ) {
    super();
  }

  async verify(token: string): Promise<AuthInfo> {
    const shape = shapeOf(token);
    switch (shape) {
      case 'jwt':
        if (this.mode === 'userinfo') throw new InvalidTokenError('JWT access tokens are not accepted here');
        return this.jwt.verify(token);
      case 'opaque':
        if (this.mode === 'jwt') throw new InvalidTokenError('Opaque access tokens are not accepted here');
        return this.opaque.verify(token);
      case 'neither':
        throw new InvalidTokenError('The access token is malformed');
      default:
        return shape satisfies never;
    }
  }
}

/** Logto's opaque tokens have no dots. Five parts are an encrypted JWT (RFC 7516), which nobody issues for us. */
function shapeOf(token: string): TokenShape {
  if (!token.includes('.')) return 'opaque';
  if (token.split('.').length !== 3) return 'neither';
  try {
    decodeProtectedHeader(token);
    return 'jwt';
  } catch {
    // Not JSON in the first part, so not a JWT either.
    return 'neither';
  }
}
