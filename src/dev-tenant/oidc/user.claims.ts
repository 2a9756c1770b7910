import type { AccountClaims } from 'oidc-provider';
import type { UserRecord } from '../directory/user.record.js';

/** Which claims each user scope opens, in the order Logto answers them. */
export const SCOPE_CLAIMS: Readonly<Record<string, string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
    'username',
    'created_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  custom_data: ['custom_data'],
  identities: ['identities', 'sso_identities'],
  roles: ['roles'],
  'urn:logto:scope:organizations': ['organizations', 'organization_data'],
  'urn:logto:scope:organization_roles': ['organization_roles'],
};

/** Answered by userinfo only: an ID token would grow too large for a header. */
const userinfoOnly = ['custom_data', 'identities', 'sso_identities', 'organization_data'];

/** Every claim of a user; the provider leaves only what the granted scopes open. */
export function claimsOf(user: UserRecord, use: string): AccountClaims {
  const { profile } = user;
  const claims: AccountClaims = {
    sub: user.id,
    // null when unset, unlike the claims of `profile`, which are then absent.
    name: user.name,
    picture: user.avatar,
    email: user.primaryEmail,
    email_verified: user.primaryEmail !== null,
    phone_number: user.primaryPhone,
    phone_number_verified: user.primaryPhone !== null,
    family_name: profile.familyName,
    given_name: profile.givenName,
    middle_name: profile.middleName,
    nickname: profile.nickname,
    preferred_username: profile.preferredUsername ?? user.username,
    profile: profile.profile,
    website: profile.website,
    gender: profile.gender,
    birthdate: profile.birthdate,
    zoneinfo: profile.zoneinfo,
    locale: profile.locale,
    username: user.username,
    // Milliseconds, where OIDC Core §5.1 says seconds: Logto does the same.
    updated_at: user.updatedAt,
    created_at: user.createdAt,
    custom_data: {},
    identities: {},
    sso_identities: [],
    roles: user.roles.map((role) => role.name),
    organizations: [],
    organization_data: [],
    organization_roles: [],
  };
  if (use === 'id_token') for (const name of userinfoOnly) delete claims[name];
  return claims;
}
