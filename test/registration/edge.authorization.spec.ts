import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEV_APPLICATIONS, obtainTokens, signIn } from '../../src/dev-tenant/index.js';
import { authorizationQuery } from '../../src/dev-tenant/edge/authorization.query.js';
import { freePort } from '../support/free.port.js';
import { type Bridge, startBridge } from './bridge.js';
import { hasNginx, type Nginx, startNginx } from './nginx.process.js';
import { type Upstream, upstream } from './upstream.js';

const DEFAULT = ['openid', 'profile', 'email'];
const ADDED = 'scope=openid%20profile%20email';
const LONG = 'x'.repeat(6000);

/** What a client sends, and what Logto gets. */
const CHANGED: readonly (readonly [string, string])[] = [
  // No scope, or an empty one.
  ['client_id=a', `client_id=a&${ADDED}`],
  [
    'client_id=a&state=%20+&resource=http%3A%2F%2Flocalhost',
    `client_id=a&state=%20+&resource=http%3A%2F%2Flocalhost&${ADDED}`,
  ],
  ['client_id=a&scope=', `client_id=a&${ADDED}`],
  ['scope=&client_id=a', `${ADDED}&client_id=a`],
  ['client_id=a&scope=&state=s', `client_id=a&${ADDED}&state=s`],
  ['client_id=a&scope&state=s', `client_id=a&${ADDED}&state=s`],
  ['client_id=a&scope=%20+%20', `client_id=a&${ADDED}`],
  ['client_id=a&myscope=x', `client_id=a&myscope=x&${ADDED}`],
  ['client_id=a&scopes=x', `client_id=a&scopes=x&${ADDED}`],
  ['client_id=a&state=scope=x', `client_id=a&state=scope=x&${ADDED}`],
  ['client_id=a&state=%26scope%3Dx', `client_id=a&state=%26scope%3Dx&${ADDED}`],
  ['client_id=a&Scope=x', `client_id=a&Scope=x&${ADDED}`],
  ['client_id=a&', `client_id=a&&${ADDED}`],
  [`client_id=a&state=${LONG}`, `client_id=a&state=${LONG}&${ADDED}`],
  // offline_access without consent.
  ['client_id=a&scope=openid+offline_access', 'client_id=a&scope=openid+offline_access&prompt=consent'],
  [
    'client_id=a&scope=offline_access%20openid&x=1',
    'client_id=a&scope=offline_access%20openid&x=1&prompt=consent',
  ],
  ['scope=offline_access&client_id=a', 'scope=offline_access&client_id=a&prompt=consent'],
  ['client_id=a&scope=offline_access&prompt=', 'client_id=a&scope=offline_access&prompt=consent'],
  ['prompt&client_id=a&scope=offline_access', 'prompt=consent&client_id=a&scope=offline_access'],
  [
    'client_id=a&prompt=login&scope=offline_access',
    'client_id=a&prompt=login%20consent&scope=offline_access',
  ],
  [
    'client_id=a&scope=offline_access&prompt=login',
    'client_id=a&scope=offline_access&prompt=login%20consent',
  ],
  [
    'client_id=a&scope=offline_access&prompt=consenting',
    'client_id=a&scope=offline_access&prompt=consenting%20consent',
  ],
];

const UNTOUCHED: readonly string[] = [
  'client_id=a&scope=openid',
  'scope=openid&client_id=a',
  'client_id=a&scope=profile+email&prompt=login',
  'client_id=a&scope=%20openid',
  'client_id=a&scope=&scope=openid',
  'client_id=a&scope=offline_access&prompt=consent',
  'client_id=a&scope=offline_access&prompt=login+consent',
  'client_id=a&scope=offline_access&prompt=consent%20login',
  'client_id=a&scope=offline_access&prompt=none',
  'client_id=a&scope=offline_access2',
  'client_id=a&scope=my_offline_access',
  'client_id=a&scope=openid&state=offline_access',
  // What was pushed (RFC 9126) or signed (RFC 9101) holds the scope.
  'client_id=a&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aabc',
  'client_id=a&request=eyJhbGciOiJub25lIn0.e30.',
  // Only Logto can say what these are.
  'client_id=a&%73cope=openid',
  'client_id=a&scop%65=openid',
  // Not an authorization request: Logto says what is missing.
  '',
  'foo=bar',
  'client_id=',
  'client_id',
];

describe('the query of an authorization request, at the edge of the development tenant,', () => {
  it.each(CHANGED)('%j is passed on as %j', (sent, passed) => {
    expect(authorizationQuery(sent, DEFAULT)).toBe(passed);
  });

  it.each(UNTOUCHED)('%j is passed on as it came', (sent) => {
    expect(authorizationQuery(sent, DEFAULT)).toBe(sent);
  });

  it('asks for consent when the default scope holds offline_access', () => {
    expect(authorizationQuery('client_id=a', ['openid', 'offline_access', 'a:b'])).toBe(
      'client_id=a&scope=openid%20offline_access%20a%3Ab&prompt=consent',
    );
  });
});

describe.skipIf(!hasNginx())('the query of an authorization request, in nginx,', () => {
  let logto: Upstream;
  let nginx: Nginx;

  beforeAll(async () => {
    logto = await upstream('logto', 200);
    const to = `http://127.0.0.1:${logto.port}`;
    nginx = await startNginx(await freePort(), { server: to, logto: to });
  });
  afterEach(() => {
    logto.seen.length = 0;
  });
  afterAll(async () => {
    await nginx.close();
    logto.server.close();
  });

  const target = (query: string) => (query === '' ? '/oidc/auth' : `/oidc/auth?${query}`);

  it.each([...CHANGED, ...UNTOUCHED.map((query) => [query, query] as const)])(
    '%j is passed on as %j',
    async (sent, passed) => {
      await fetch(nginx.origin + target(sent), { headers: { cookie: '_session=1' } });
      expect(logto.seen.map(({ url }) => url)).toEqual([target(passed)]);
      expect(logto.seen[0]?.headers).toMatchObject({
        host: new URL(nginx.origin).host,
        cookie: '_session=1',
      });
    },
  );

  it('asks for consent when the default scope holds offline_access', async () => {
    const to = `http://127.0.0.1:${logto.port}`;
    const edits = { 'openid%20profile%20email;': 'openid%20offline_access;' };
    const other = await startNginx(await freePort(), { server: to, logto: to }, edits);
    await fetch(`${other.origin}/oidc/auth?client_id=a`);
    await other.close();
    expect(logto.seen[0]?.url).toBe('/oidc/auth?client_id=a&scope=openid%20offline_access&prompt=consent');
  });

  it.each([
    ['POST', '/oidc/auth?client_id=a'],
    ['GET', '/oidc/auth/abc?client_id=a'],
    ['POST', '/oidc/request?client_id=a'],
    ['GET', '/oidc/authx?client_id=a'],
    ['GET', '/sign-in?client_id=a'],
  ])('of another kind is passed on as it came: %s %s', async (method, url) => {
    const form = method === 'POST' ? { body: new URLSearchParams({ client_id: 'a' }) } : {};
    await fetch(nginx.origin + url, { method, ...form });
    expect(logto.seen[0]).toMatchObject({ method, url, body: method === 'POST' ? 'client_id=a' : '' });
  });
});

describe('a client of the development tenant', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await startBridge();
  });
  afterAll(() => bridge.close());

  const signInWith = (parameters: Readonly<Record<string, string>>) => {
    const query = new URLSearchParams({
      client_id: DEV_APPLICATIONS[0]?.id ?? '',
      redirect_uri: 'http://127.0.0.1:49152/callback',
      response_type: 'code',
      state: 'a-state',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      ...parameters,
    });
    return signIn(`${bridge.tenant.issuer}/auth?${query.toString()}`, {
      username: 'alice',
      password: 'alice-password',
      decision: 'authorize',
    });
  };

  it.each<Record<string, string>>([{}, { scope: '' }])(
    'that sends %j asks for the default scope',
    async (parameters) => {
      const { redirect, pages } = await signInWith(parameters);
      expect(new URL(redirect).searchParams.get('code')).toBeTruthy();
      expect(pages.at(-1)).toMatchObject({ kind: 'consent', scopes: ['profile', 'email'] });
    },
  );

  it('that sends a scope asks for that one', async () => {
    const { pages } = await signInWith({ scope: 'openid email' });
    expect(pages.at(-1)).toMatchObject({ kind: 'consent', scopes: ['email'] });
  });

  it.each([undefined, 'login'])(
    'that asks for offline_access with prompt %s gets a refresh token',
    async (prompt) => {
      const request = { scope: 'openid offline_access', ...(prompt !== undefined && { prompt }) };
      expect(await obtainTokens(bridge.tenant.issuer, request)).toHaveProperty('refresh_token');
    },
  );
});
