import type { LogtoScope } from '../../logto/index.js';

/** Logto's scopes for what it knows of a user. `openid` and `offline_access` need no permission. */
const USER_SCOPES: ReadonlySet<string> = new Set([
  'profile',
  'email',
  'phone',
  'address',
  'custom_data',
  'identities',
  'roles',
  'urn:logto:scope:organizations',
  'urn:logto:scope:organization_roles',
]);
const RESERVED = 'urn:logto:';

/** The most that a registered client may ask a user for. */
export interface ConsentCeiling {
  readonly userScopes: readonly string[];
  /** All of it, as `scope` says it. */
  readonly scopes: readonly string[];
}

/**
 * What this server tells clients to ask for, and its own permissions: a client that got less would end in
 * `invalid_scope`, and one that gets more was not asked for here. What the client itself asked for does not count.
 */
export function ceilingOf(asked: readonly string[], permissions: readonly LogtoScope[]): ConsentCeiling {
  const userScopes = asked.filter((scope) => USER_SCOPES.has(scope));
  const names = permissions.map(({ name }) => name);
  return { userScopes, scopes: [...new Set(['openid', 'offline_access', ...userScopes, ...names])] };
}

/**
 * Scopes that every registered client may ask for: what the metadata name, because some clients ask for all of them.
 * Logto refuses one of its own that the client's ceiling lacks, and ignores permissions that it does not know.
 */
export function requestableScopes(asked: readonly string[]): string[] {
  const known = asked.filter((scope) => USER_SCOPES.has(scope) || !scope.startsWith(RESERVED));
  return [...new Set(['openid', 'offline_access', ...known])];
}
