import type { Request } from 'express';

/** RFC 6750 section 2.1. */
const BEARER = /^Bearer +(?<token>[\w.~+/-]+=*)$/i;

/**
 * Which check a bearer token needs: of a signature, or by Logto. Undefined: there is none, or it is malformed and the
 * guard refuses it unchecked.
 */
export function bearerForm({ headers }: Request): 'jwt' | 'opaque' | undefined {
  const token = BEARER.exec(headers.authorization ?? '')?.groups?.['token'];
  if (token === undefined) return undefined;
  // Logto's opaque tokens have no dots.
  return token.includes('.') ? 'jwt' : 'opaque';
}
