import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';

/** Who is calling: the identity that a verified access token proves. It never holds the token itself. */
export interface Principal {
  readonly issuer: string;
  readonly subject: string;
  /** The OAuth client the user acts through; empty when the token does not tell. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the token expires, in seconds since the epoch, if that is known. */
  readonly expiresAt?: number;
}

// One verdict serves many requests, and each of them asks several times whose it is.
const principals = new WeakMap<AuthInfo, Principal>();
const owners = new WeakMap<Principal, string>();

export function principalOf(auth: AuthInfo): Principal {
  const known = principals.get(auth);
  if (known !== undefined) return known;
  const principal = Object.freeze({
    issuer: auth.issuer,
    subject: auth.subject ?? '',
    clientId: auth.clientId,
    scopes: auth.scopes,
    claims: auth.claims ?? {},
    ...(auth.expiresAt !== undefined && { expiresAt: auth.expiresAt }),
  });
  principals.set(auth, principal);
  return principal;
}

/**
 * The owner of a session. Not the token: a refreshed one continues the session. Not the client alone: two users of one
 * agent are two owners.
 */
export function ownerOf(principal: Principal): string {
  const known = owners.get(principal);
  if (known !== undefined) return known;
  const { issuer, subject, clientId } = principal;
  const owner = JSON.stringify([issuer, subject, clientId]);
  owners.set(principal, owner);
  return owner;
}

/** A user, through whatever client. */
export type User = Pick<Principal, 'issuer' | 'subject'>;

const users = new WeakMap<User, string>();

export function userOf(user: User): string {
  const known = users.get(user);
  if (known !== undefined) return known;
  const text = JSON.stringify([user.issuer, user.subject]);
  users.set(user, text);
  return text;
}

/** The ids of a caller, as log entries have them. */
export const callerOf = ({
  subject,
  clientId,
}: Principal): { readonly subject: string; readonly client: string } => ({
  subject,
  client: clientId,
});
