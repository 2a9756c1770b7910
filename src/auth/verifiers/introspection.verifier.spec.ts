import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../config/index.js';
import {
  IntrospectionClient,
  LogtoDiscovery,
  LogtoUnavailableError,
  UserinfoClient,
} from '../../logto/index.js';
import { configFor, WITH_CREDENTIALS } from '../testing/config.fixture.js';
import { LogtoFixture, type Mood } from '../testing/logto.fixture.js';
import { seconds } from '../testing/signing.fixture.js';
import { IntrospectionVerifier } from './introspection.verifier.js';
import type { TokenVerifier } from './token.verifier.js';
import { UserinfoVerifier } from './userinfo.verifier.js';

let logto: LogtoFixture;
beforeEach(async () => {
  logto = await LogtoFixture.start();
});
afterEach(() => logto.stop());

interface OpaqueVerifiers {
  readonly userinfo: TokenVerifier;
  readonly introspection: TokenVerifier;
}

async function verifiers(environment: Environment = {}): Promise<OpaqueVerifiers> {
  const config = configFor(logto, { ...WITH_CREDENTIALS, ...environment });
  const discovery = new LogtoDiscovery(config);
  await discovery.refresh();
  const userinfo = new UserinfoVerifier(config, new UserinfoClient(config, discovery));
  const introspection = new IntrospectionVerifier(
    config,
    new IntrospectionClient(config, discovery),
    userinfo,
  );
  return { userinfo, introspection };
}

describe('UserinfoVerifier', () => {
  it('knows the user and the claims of an opaque token, and neither client, scopes nor expiry', async () => {
    const { userinfo } = await verifiers();
    expect(await userinfo.verify(logto.grant('opaque'))).toEqual({
      token: '',
      issuer: logto.issuer,
      subject: 'alice',
      clientId: '',
      scopes: [],
      claims: { sub: 'alice', name: null, email: 'alice@example.com' },
    });
  });

  it.each([
    ['a token that Logto does not know', undefined, { code: 'invalid_token', status: 401 }],
    ['a token without openid', { scope: 'profile' }, { code: 'insufficient_scope', scopes: ['openid'] }],
    ['[row 49] an answer without sub', { claims: { name: 'Alice' } }, { code: 'invalid_token' }],
    ['[row 44] an answer with a foreign sub', { claims: { sub: 'аlice' } }, { code: 'invalid_token' }],
  ])('refuses %s', async (_, grant, expected) => {
    const { userinfo } = await verifiers();
    if (grant !== undefined) logto.grant('opaque', grant);
    await expect(userinfo.verify('opaque')).rejects.toMatchObject(expected);
  });
});

describe('IntrospectionVerifier', () => {
  it('knows client, scopes and expiry too', async () => {
    const { introspection } = await verifiers();
    const exp = seconds() + 600;
    expect(await introspection.verify(logto.grant('opaque', { exp }))).toEqual({
      token: '',
      issuer: logto.issuer,
      subject: 'alice',
      clientId: 'agent',
      scopes: ['openid', 'profile', 'email'],
      expiresAt: exp,
      claims: { sub: 'alice', name: null, email: 'alice@example.com' },
    });
  });

  it.each([
    ['[row 49] an inactive token', undefined, { message: 'The access token is not active' }],
    ['an expired token', { exp: seconds() - 65 }, { message: 'The access token is not active' }],
    ['a token without openid', { scope: 'profile' }, { code: 'insufficient_scope', scopes: ['openid'] }],
    ['[row 46] a scope that only begins like openid', { scope: 'openid2' }, { code: 'insufficient_scope' }],
    [
      '[row 101] a userinfo answer about somebody else',
      { claims: { sub: 'bob' } },
      { message: 'The access token belongs to two users' },
    ],
  ])('refuses %s', async (_, grant, expected) => {
    const { introspection } = await verifiers();
    if (grant !== undefined) logto.grant('opaque', grant);
    await expect(introspection.verify('opaque')).rejects.toMatchObject(expected);
  });

  it('[row 49] lets only listed clients in, and never asks about the user of another one', async () => {
    const { introspection } = await verifiers({ AUTH_ALLOWED_CLIENTS: 'agent,other' });
    await expect(introspection.verify(logto.grant('a'))).resolves.toMatchObject({ clientId: 'agent' });
    const before = logto.calls.userinfo;
    await expect(introspection.verify(logto.grant('b', { clientId: 'spa' }))).rejects.toMatchObject({
      code: 'invalid_token',
      message: 'The access token was issued to a client that is not accepted here',
    });
    expect(logto.calls.userinfo).toBe(before);
  });

  it.each<Mood>(['dead', 'failing', 'html', 'slow', 'limiting'])(
    '[row 49] [row 100] cannot check while Logto is %s',
    async (mood) => {
      const { introspection, userinfo } = await verifiers();
      logto.grant('opaque');
      logto.mood = mood;
      await expect(introspection.verify('opaque')).rejects.toBeInstanceOf(LogtoUnavailableError);
      await expect(userinfo.verify('opaque')).rejects.toBeInstanceOf(LogtoUnavailableError);
    },
  );
});
