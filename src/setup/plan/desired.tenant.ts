import type { Config } from '../../config/index.js';
import type { SetupArguments } from '../setup.arguments.js';

/** What the tenant has to hold, at least, for agents to get in. */
export interface DesiredTenant {
  /** API identifiers: the URLs that agents connect to. */
  readonly resources: readonly string[];
  /** Permissions of each of them. */
  readonly scopes: readonly string[];
  /** User data that a client asks for besides `openid`. */
  readonly userScopes: readonly string[];
  /** The role that holds every permission. */
  readonly role: string;
  readonly cimd: boolean;
  readonly app?: SetupArguments['app'];
}

/** Logto's own scopes for user data. They are no permissions of an API and appear in no JWT. */
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
const NEVER_GRANTED: ReadonlySet<string> = new Set(['openid', 'offline_access']);

/**
 * @param resources the URLs that agents connect to
 * @param declared scopes that tools, resources and prompts want
 */
export function desiredTenant(
  { auth }: Pick<Config, 'auth'>,
  args: SetupArguments,
  resources: readonly string[],
  declared: readonly string[],
): DesiredTenant {
  const named = new Set([...declared, ...auth.scopes, ...args.scopes]);
  return {
    resources,
    scopes: [...named].filter((scope) => !USER_SCOPES.has(scope) && !NEVER_GRANTED.has(scope)).toSorted(),
    userScopes: auth.scopes.filter((scope) => USER_SCOPES.has(scope)),
    role: args.role,
    cimd: args.cimd,
    ...(args.app && { app: args.app }),
  };
}
