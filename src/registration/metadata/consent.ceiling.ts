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
]);

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
