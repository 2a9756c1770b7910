import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { InvalidTokenError } from '../auth.errors.js';

/** Ours, never the token's choice. Logto signs with ES384, older tenants with RS256. */
export const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256'] as const;

/** RFC 9068 section 2.1: an ID token or a logout token has another type. */
const ACCESS_TOKEN_TYPE = /^(application\/)?at\+jwt$/i;

/** A token that brings its own key, names where to get it, or asks for an extension (RFC 8725 section 3.10). */
const absent = z.never().optional();

const headerSchema = z.object({
  alg: z.enum(ALGORITHMS),
  typ: z.string().regex(ACCESS_TOKEN_TYPE),
  kid: z.string().max(256).optional(),
  jku: absent,
  jwk: absent,
  x5u: absent,
  x5c: absent,
  crit: absent,
  b64: absent,
});

/** OpenID Connect Core section 2: at most 255 ASCII characters. */
export const subjectSchema = z.string().regex(/^[\x20-\x7e]{1,255}$/);

const seconds = z.int().nonnegative();

const claimsSchema = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: seconds,
  iat: seconds.optional(),
  nbf: seconds.optional(),
  sub: subjectSchema,
  client_id: z.string().min(1).max(2048),
  azp: z.string().optional(),
});

export type AccessTokenClaims = z.output<typeof claimsSchema>;

/** What a token must say, and the clock it is held against. */
export interface ClaimsPolicy {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly skewSeconds: number;
  readonly now: number;
}

/** What the token says of itself. Not verified: good enough to refuse, never to accept. */
export function unverified(token: string, policy: ClaimsPolicy): void {
  let header: unknown;
  let payload: unknown;
  try {
    header = decodeProtectedHeader(token);
    payload = decodeJwt(token);
  } catch (cause) {
    throw new InvalidTokenError('The access token is malformed', { cause });
  }
  if (!headerSchema.safeParse(header).success) {
    throw new InvalidTokenError('The access token is not a signed JWT access token (RFC 9068)');
  }
  checkedClaims(payload, policy);
}

/** @throws {InvalidTokenError} naming the first rule that the claims break */
export function checkedClaims(payload: unknown, policy: ClaimsPolicy): AccessTokenClaims {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) throw new InvalidTokenError('The access token lacks a claim or has a malformed one');
  const claims = parsed.data;
  const { now, skewSeconds } = policy;
  if (claims.iss !== policy.issuer) throw new InvalidTokenError('The access token is of another issuer');
  if (![claims.aud].flat().some((audience) => policy.audiences.includes(audience))) {
    throw new InvalidTokenError('The access token was issued for another resource');
  }
  if (claims.exp <= now - skewSeconds) throw new InvalidTokenError('The access token has expired');
  if ((claims.nbf ?? 0) > now + skewSeconds || (claims.iat ?? 0) > now + skewSeconds) {
    throw new InvalidTokenError('The access token is not valid yet');
  }
  if (claims.azp !== undefined && claims.azp !== claims.client_id) {
    throw new InvalidTokenError('The access token names two clients');
  }
  return claims;
}
