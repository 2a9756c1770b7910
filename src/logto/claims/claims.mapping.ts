import type { LogtoRole, LogtoUser } from '../clients/management.schema.js';

/** Claim and key of `profile`, in the order of Logto's own userinfo. */
const PROFILE_KEYS = [
  ['family_name', 'familyName'],
  ['given_name', 'givenName'],
  ['middle_name', 'middleName'],
  ['nickname', 'nickname'],
  ['profile', 'profile'],
  ['website', 'website'],
  ['gender', 'gender'],
  ['birthdate', 'birthdate'],
  ['zoneinfo', 'zoneinfo'],
  ['locale', 'locale'],
] as const;

/**
 * The claims that Logto's userinfo answers for these scopes: `null` for a name, picture, address or number that is not
 * there, no key at all for the rest of the profile, times in milliseconds. Without `openid` there is only `sub`.
 */
export function claimsFor(
  user: LogtoUser,
  scopes: ReadonlySet<string>,
  roles: readonly LogtoRole[],
): Record<string, unknown> {
  if (!scopes.has('openid')) return { sub: user.id };
  return {
    sub: user.id,
    ...(scopes.has('profile') && profileClaims(user)),
    ...(scopes.has('email') && { email: user.primaryEmail, email_verified: Boolean(user.primaryEmail) }),
    ...(scopes.has('phone') && {
      phone_number: user.primaryPhone,
      phone_number_verified: Boolean(user.primaryPhone),
    }),
    ...(scopes.has('address') && present('address', user.profile['address'])),
    ...(scopes.has('custom_data') && { custom_data: user.customData }),
    ...(scopes.has('identities') && { identities: user.identities }),
    ...(scopes.has('roles') && { roles: roles.map(({ name }) => name) }),
  };
}

function profileClaims(user: LogtoUser): Record<string, unknown> {
  return {
    name: user.name,
    ...Object.assign({}, ...PROFILE_KEYS.map(([claim, key]) => present(claim, user.profile[key]))),
    preferred_username: user.profile['preferredUsername'] ?? user.username,
    picture: user.avatar,
    ...present('updated_at', user.updatedAt),
    username: user.username,
    ...present('created_at', user.createdAt),
  };
}

const present = (claim: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [claim]: value };
