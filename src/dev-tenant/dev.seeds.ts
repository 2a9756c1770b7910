import type { DevApplication, DevRole, DevUser } from './dev.tenant.options.js';

const mcpUser: DevRole = { name: 'mcp-user' };

/** Alice has a full profile; Bob has neither a name nor an email address. Both hold every API scope. */
export const DEV_USERS: readonly DevUser[] = [
  {
    id: 'alice0000001',
    username: 'alice',
    password: 'alice-password',
    name: 'Alice Example',
    avatar: 'https://example.com/alice.png',
    primaryEmail: 'alice@example.com',
    profile: {
      familyName: 'Example',
      givenName: 'Alice',
      nickname: 'al',
      website: 'https://example.com',
      zoneinfo: 'Europe/Berlin',
      locale: 'en',
    },
    roles: [mcpUser],
  },
  { id: 'bob000000001', username: 'bob', password: 'bob-password', roles: [mcpUser] },
];

// A Native app matches a loopback redirect on any port (RFC 8252 §7.3), so none is written here.
const loopbackRedirects = ['http://127.0.0.1/callback', 'http://localhost/callback'];

/** A third-party agent that has to ask for consent, and a first-party app that never does. */
export const DEV_APPLICATIONS: readonly DevApplication[] = [
  {
    id: 'smartmail-ai',
    name: 'SmartMail AI',
    type: 'Native',
    isThirdParty: true,
    redirectUris: loopbackRedirects,
    userScopes: ['profile', 'email'],
  },
  {
    id: 'first-party-app',
    name: 'Example Desktop App',
    type: 'Native',
    isThirdParty: false,
    redirectUris: loopbackRedirects,
  },
];
