import type { LogtoGrant } from '../clients/management.schema.js';

/** Which token is asked about. */
export interface TokenOrigin {
  readonly clientId: string;
  /** The token's `iat`, in seconds. */
  readonly issuedAt: number;
}

const words = (scope: string | undefined): readonly string[] =>
  (scope ?? '').split(' ').filter((word) => word !== '');

function openidScopes({ payload }: LogtoGrant): ReadonlySet<string> {
  const rejected = new Set(words(payload.rejected?.openid?.scope));
  return new Set(words(payload.openid?.scope).filter((scope) => !rejected.has(scope)));
}

/**
 * The identity scopes that a user granted a client, seen from one JWT. Grants pile up and the token names none, so the
 * newest one that the token can stem from decides alone: with the union, a later and narrower consent would change nothing.
 * Of two grants of one second the narrower counts.
 */
export function grantedScopes(grants: readonly LogtoGrant[], token: TokenOrigin): ReadonlySet<string> {
  const [newest] = grants
    .filter(({ payload }) => payload.clientId === token.clientId && payload.iat <= token.issuedAt)
    .map((grant) => ({ iat: grant.payload.iat, scopes: openidScopes(grant) }))
    .toSorted((one, other) => other.iat - one.iat || one.scopes.size - other.scopes.size);
  return newest?.scopes ?? new Set();
}
