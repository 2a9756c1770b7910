import { describe, expect, it } from 'vitest';
import { userSchema } from '../clients/management.schema.js';
import { claimsFor } from './claims.mapping.js';

const alice = userSchema.parse({
  id: '5i1mxxwne3b4',
  username: 'alice',
  primaryEmail: 'alice@example.com',
  primaryPhone: '491700000000',
  name: 'Alice Example',
  avatar: 'https://example.com/alice.png',
  customData: { seat: 7 },
  identities: { github: { userId: '1' } },
  createdAt: 1795419741269,
  updatedAt: 1795419798537,
  profile: {
    familyName: 'Example',
    givenName: 'Alice',
    nickname: 'al',
    website: 'https://example.com',
    zoneinfo: 'Europe/Berlin',
    locale: 'en',
    address: { locality: 'Berlin' },
  },
  isSuspended: false,
});

const bob = userSchema.parse({
  id: 'liz1mijo1j85',
  username: 'bob',
  primaryEmail: null,
  primaryPhone: null,
  name: null,
  avatar: null,
  createdAt: 1795419741455,
  updatedAt: 1795419955222,
  profile: {},
  isSuspended: false,
});

const claims = (user: typeof alice, scope: string) =>
  claimsFor(user, new Set(scope.split(' ')), [{ id: 'r1', name: 'mcp-user' }]);

describe('claims from the Management API', () => {
  it('are those that userinfo answers for openid profile email', () => {
    expect(claims(alice, 'openid profile email offline_access')).toEqual({
      sub: '5i1mxxwne3b4',
      name: 'Alice Example',
      family_name: 'Example',
      given_name: 'Alice',
      nickname: 'al',
      preferred_username: 'alice',
      picture: 'https://example.com/alice.png',
      website: 'https://example.com',
      zoneinfo: 'Europe/Berlin',
      locale: 'en',
      updated_at: 1795419798537,
      username: 'alice',
      created_at: 1795419741269,
      email: 'alice@example.com',
      email_verified: true,
    });
  });

  it('are null, not absent, where userinfo says null', () => {
    expect(claims(bob, 'openid profile email phone')).toEqual({
      sub: 'liz1mijo1j85',
      name: null,
      preferred_username: 'bob',
      picture: null,
      updated_at: 1795419955222,
      username: 'bob',
      created_at: 1795419741455,
      email: null,
      email_verified: false,
      phone_number: null,
      phone_number_verified: false,
    });
  });

  it('prefer the preferred user name', () => {
    const user = { ...bob, profile: { preferredUsername: 'bobby' } };
    expect(claims(user, 'openid profile')).toMatchObject({ preferred_username: 'bobby', username: 'bob' });
  });

  it.each([
    ['openid', {}],
    ['openid email', { email: 'alice@example.com', email_verified: true }],
    ['openid phone', { phone_number: '491700000000', phone_number_verified: true }],
    ['openid address', { address: { locality: 'Berlin' } }],
    ['openid custom_data', { custom_data: { seat: 7 } }],
    ['openid identities', { identities: { github: { userId: '1' } } }],
    ['openid roles', { roles: ['mcp-user'] }],
    ['openid unheard:of', {}],
    ['profile email', {}],
    ['', {}],
  ])('for %j are sub and no more than it covers', (scope, expected) => {
    expect(claims(alice, scope)).toEqual({ sub: '5i1mxxwne3b4', ...expected });
  });
});
