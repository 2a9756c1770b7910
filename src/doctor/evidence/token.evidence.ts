import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Exchange } from './exchange.js';

/** What an access token says of itself, never the token. */
export interface TokenEvidence {
  /** `jwt`, or `opaque` when it has no parts, or `malformed`. */
  readonly shape: 'jwt' | 'opaque' | 'malformed';
  readonly type?: string;
  readonly issuer?: string;
  readonly audiences: readonly string[];
  readonly hasClient: boolean;
  readonly expiresAt?: number;
  readonly startsAt?: number;
  readonly now: number;
  /** What the server answered to it; absent when it was not sent, because the way there is open to listeners. */
  readonly exchange?: Exchange;
}

/** @param now seconds */
export function tokenEvidence(token: string, now: number, exchange: Exchange | undefined): TokenEvidence {
  const sent = exchange && { exchange };
  if (!token.includes('.')) {
    const shape = /^[\w~+/-]+=*$/.test(token) ? 'opaque' : 'malformed';
    return { shape, audiences: [], hasClient: false, now, ...sent };
  }
  try {
    const { typ } = decodeProtectedHeader(token);
    const { iss, aud, exp, nbf, iat, client_id: client } = decodeJwt(token);
    return {
      shape: 'jwt',
      ...(typ !== undefined && { type: typ }),
      ...(iss !== undefined && { issuer: iss }),
      audiences: [aud ?? []].flat(),
      hasClient: typeof client === 'string',
      ...(exp !== undefined && { expiresAt: exp }),
      ...((nbf ?? iat) !== undefined && { startsAt: Math.max(nbf ?? 0, iat ?? 0) }),
      now,
      ...sent,
    };
  } catch {
    // It has dots, but is no JWT.
    return { shape: 'malformed', audiences: [], hasClient: false, now, ...sent };
  }
}
