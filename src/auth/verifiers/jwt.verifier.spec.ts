import { exportSPKI, importJWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogtoDiscovery, LogtoKeys, LogtoUnavailableError } from '../../logto/index.js';
import { InvalidTokenError } from '../auth.errors.js';
import { configFor, PUBLIC_URL, resources } from '../testing/config.fixture.js';
import { LogtoFixture } from '../testing/logto.fixture.js';
import { accessToken, part64, rawToken, seconds, signingKey } from '../testing/signing.fixture.js';
import { JwtVerifier } from './jwt.verifier.js';

const MCP = `${PUBLIC_URL}/mcp`;
const SKEW = 60;
const header = 'The access token is not a signed JWT access token (RFC 9068)';

let logto: LogtoFixture;
let keys: LogtoKeys;
let verifier: JwtVerifier;

beforeEach(async () => {
  logto = await LogtoFixture.start();
  const config = configFor(logto);
  const discovery = new LogtoDiscovery(config);
  keys = new LogtoKeys(config, discovery);
  await discovery.refresh();
  await keys.refresh();
  verifier = new JwtVerifier(config, resources(), keys);
});

afterEach(() => logto.stop());

const token = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  logto.jwt(MCP, { claims, header });

/** The message of the refusal, or what came instead of one. */
async function refusalOf(jwt: string): Promise<unknown> {
  try {
    return await verifier.verify(jwt);
  } catch (error) {
    return error instanceof InvalidTokenError ? error.message : error;
  }
}

describe('JwtVerifier accepts', () => {
  it('a token that Logto issued for one of our resources, and keeps neither the token nor its jti', async () => {
    const now = seconds();
    const claims = { iat: now, exp: now + 600, scope: 'mail:read mail:read mail:send' };
    const core = { sub: 'alice', client_id: 'agent', iss: logto.issuer, aud: MCP };
    expect(await verifier.verify(await token(claims))).toEqual({
      token: '',
      issuer: logto.issuer,
      subject: 'alice',
      clientId: 'agent',
      scopes: ['mail:read', 'mail:send'],
      audience: MCP,
      expiresAt: now + 600,
      claims: { ...claims, ...core },
    });
  });

  it.each([
    ['[row 39] several audiences, ours among them', { aud: ['https://other.example', MCP] }],
    ['another resource of ours', { aud: `${MCP}/sse` }],
    ['[row 42] an expiry within the tolerated skew', { exp: seconds() - SKEW + 20 }],
    ['[row 43] an issue time within the tolerated skew', { iat: seconds() + SKEW - 20 }],
    ['[row 45] an azp equal to its client_id', { azp: 'agent' }],
    ['custom token claims', { 'urn:team': ['a'] }],
  ])('%s', async (_, claims) => {
    await expect(verifier.verify(await token(claims))).resolves.toMatchObject({ subject: 'alice' });
  });

  it('the type in its long form (RFC 9068 section 2.1)', async () => {
    await expect(verifier.verify(await token({}, { typ: 'application/at+jwt' }))).resolves.toBeDefined();
  });

  it('[row 50] a token of a new key after one look at the key set', async () => {
    const next = await signingKey('key-2');
    logto.keys = [...logto.keys, next];
    const before = logto.calls.jwks;
    await expect(verifier.verify(await accessToken(next, logto.issuer, MCP))).resolves.toBeDefined();
    await expect(verifier.verify(await token({}))).resolves.toBeDefined();
    expect(logto.calls.jwks - before).toBe(1);
  });
});

describe('JwtVerifier refuses claims:', () => {
  const other = 'The access token was issued for another resource';
  const claim = 'The access token lacks a claim or has a malformed one';
  const issuer = 'The access token is of another issuer';
  const expired = 'The access token has expired';
  const early = 'The access token is not valid yet';
  it.each([
    ['[row 39] another audience', { aud: 'https://other.example/mcp' }, other],
    ['[row 39] no audience', { aud: undefined }, claim],
    ['[row 39] our audience with a slash behind it', { aud: `${MCP}/` }, other],
    ['[row 39] our origin as the audience', { aud: PUBLIC_URL }, other],
    ['[row 40] another tenant as issuer', { iss: 'https://other.logto.app/oidc' }, issuer],
    ['[row 42] no exp', { exp: undefined }, claim],
    ['[row 42] exp as a string', { exp: '9999999999' }, claim],
    ['[row 42] exp with a fraction', { exp: seconds() + 600.5 }, claim],
    ['[row 42] an exp in the past', { exp: seconds() - SKEW - 5 }, expired],
    ['[row 43] an nbf in the future', { nbf: seconds() + SKEW + 30 }, early],
    ['[row 43] an iat in the future', { iat: seconds() + SKEW + 30 }, early],
    ['[row 44] no sub', { sub: undefined }, claim],
    ['[row 44] a number as sub', { sub: 7 }, claim],
    ['[row 44] an empty sub', { sub: '' }, claim],
    ['[row 44] a sub of 256 characters', { sub: 'a'.repeat(256) }, claim],
    ['[row 44] a sub with look-alike letters', { sub: 'аlice' }, claim],
    ['[row 45] no client_id', { client_id: undefined }, claim],
    ['[row 45] an object as client_id', { client_id: {} }, claim],
    ['[row 45] an azp that contradicts client_id', { azp: 'other' }, 'The access token names two clients'],
  ])('%s', async (_, claims, message) => {
    expect(await refusalOf(await token(claims))).toBe(message);
  });

  it('[row 42] an infinite exp', async () => {
    const signed = await token({});
    const payload = `{"iss":"${logto.issuer}","aud":"${MCP}","sub":"a","client_id":"c","exp":1e400}`;
    expect(await refusalOf([signed.split('.')[0], part64(payload), signed.split('.')[2]].join('.'))).toBe(
      claim,
    );
  });

  it('[row 40] an issuer that is only nearly ours', async () => {
    expect(await refusalOf(await token({ iss: `${logto.issuer}/` }))).toBe(issuer);
    expect(await refusalOf(await token({ iss: logto.issuer.replace('http:', 'https:') }))).toBe(issuer);
  });
});

describe('JwtVerifier refuses headers:', () => {
  it.each(['none', 'None', 'nOnE', 'HS256', 'RS1', 'EdDSA', ''])('[row 34] alg %s', async (alg) => {
    const claims = { iss: logto.issuer, aud: MCP, exp: seconds() + 60, sub: 'a', client_id: 'c' };
    expect(await refusalOf(rawToken({ alg, typ: 'at+jwt', kid: 'key-1' }, claims))).toBe(header);
    expect(await refusalOf(rawToken({ alg, typ: 'at+jwt', kid: 'key-1' }, claims, ''))).toBe(header);
  });

  it.each(['JWT', 'logout+jwt', 'at+jwt2', undefined])('[row 41] typ %s', async (typ) => {
    expect(await refusalOf(await token({}, { typ }))).toBe(header);
  });

  it.each([
    ['jku', 'https://evil.example/jwks'],
    ['x5u', 'https://evil.example/cert'],
    ['x5c', ['MII']],
    ['jwk', { kty: 'EC' }],
    ['b64', true],
    ['crit', ['urn:unknown']],
  ])('[row 35] %s, and asks nobody for it', async (name, value) => {
    const before = logto.seen.length;
    expect(
      await refusalOf(await token({}, { [name]: value, ...(name === 'crit' && { 'urn:unknown': 1 }) })),
    ).toBe(header);
    expect(logto.seen.length).toBe(before);
  });

  it.each(['k'.repeat(257), 7])('[row 36] a kid that is no name: %s', async (kid) => {
    expect(await refusalOf(rawToken({ alg: 'ES384', typ: 'at+jwt', kid }, {}))).toBe(header);
  });
});

describe('JwtVerifier refuses signatures:', () => {
  const signature = 'The signature of the access token is not valid';

  it('[row 34] HS256 made with our public key as the secret', async () => {
    const key = await importJWK({ ...logto.key.publicJwk, ext: true }, 'ES384');
    if (key instanceof Uint8Array) throw new Error('an EC key was expected');
    const secret = new TextEncoder().encode(await exportSPKI(key));
    const claims = { iss: logto.issuer, aud: MCP, exp: seconds() + 60, sub: 'a', client_id: 'c' };
    const forged = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' });
    expect(await refusalOf(await forged.sign(secret))).toBe(header);
  });

  it('[row 34] an RSA signature under the kid of our EC key', async () => {
    const rsa = await signingKey('key-1', 'RS256');
    expect(await refusalOf(await accessToken(rsa, logto.issuer, MCP, { header: { alg: 'RS256' } }))).toBe(
      signature,
    );
  });

  it('[row 37] a rogue key under the right kid', async () => {
    expect(await refusalOf(await accessToken(await signingKey('key-1'), logto.issuer, MCP))).toBe(signature);
  });

  it('[row 37] a flipped byte, and no signature at all', async () => {
    const [header = '', payload = '', mark = ''] = (await token({})).split('.');
    const bytes = Buffer.from(mark, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
    expect(await refusalOf(`${header}.${payload}.${bytes.toString('base64url')}`)).toBe(signature);
    expect(await refusalOf(`${header}.${payload}.`)).toBe(signature);
  });

  it.each(['../../etc/passwd', "' OR 1=1 --", 'unknown'])('[row 36] the unknown kid %s', async (kid) => {
    expect(await refusalOf(await token({}, { kid }))).toBe(signature);
  });

  it('[row 36] any number of unknown kids, for one look at the key set', async () => {
    const before = logto.calls.jwks;
    expect(await refusalOf(await token({}, { kid: 'first' }))).toBe(signature);
    for (let at = 0; at < 20; at += 1) {
      const old = await token({ iat: seconds() - 300 }, { kid: `old-${at}` });
      expect(await refusalOf(old)).toBe(signature);
      // It may be a key that Logto has just made, and must not be asked for yet.
      const young = await refusalOf(await token({}, { kid: `young-${at}` }));
      expect(young).toMatchObject({ code: 'logto_unavailable', reason: 'key_not_yet_asked_for' });
    }
    expect(logto.calls.jwks - before).toBe(1);
  });

  it('[row 50] a key that Logto has withdrawn, once the key set is read again', async () => {
    const old = await token({});
    await expect(verifier.verify(old)).resolves.toBeDefined();
    logto.keys = [await signingKey('key-2')];
    await keys.refresh();
    expect(await refusalOf(old)).toBe(signature);
  });
});

describe('JwtVerifier without Logto', () => {
  it('still knows the keys it has read', async () => {
    logto.mood = 'dead';
    await expect(verifier.verify(await token({}))).resolves.toBeDefined();
  });

  it('[row 100] says of a key it cannot ask about that it cannot check, not that the token is bad', async () => {
    logto.mood = 'dead';
    const unknown = verifier.verify(await token({}, { kid: 'key-2' }));
    await expect(unknown).rejects.toBeInstanceOf(LogtoUnavailableError);
  });
});
