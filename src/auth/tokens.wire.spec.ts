import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../config/index.js';
import { type AppFixture, startApp } from './testing/app.fixture.js';
import { PUBLIC_URL } from './testing/config.fixture.js';
import { LogtoFixture } from './testing/logto.fixture.js';
import { accessToken, part64, rawToken, seconds, signingKey } from './testing/signing.fixture.js';

const MCP = `${PUBLIC_URL}/mcp`;
const SKEW = 60;

const MALFORMED = 'The access token is malformed';
const NOT_ONE = 'The access token is not a signed JWT access token (RFC 9068)';
const CLAIM = 'The access token lacks a claim or has a malformed one';
const RESOURCE = 'The access token was issued for another resource';
const ISSUER = 'The access token is of another issuer';
const EXPIRED = 'The access token has expired';
const EARLY = 'The access token is not valid yet';
const CLIENTS = 'The access token names two clients';
const SIGNATURE = 'The signature of the access token is not valid';

interface Server extends AppFixture {
  readonly logto: LogtoFixture;
}

async function start(environment: Environment = {}): Promise<Server> {
  const logto = await LogtoFixture.start();
  const app = await startApp(logto, environment);
  const stop = async () => {
    await app.stop();
    await logto.stop();
  };
  return { ...app, logto, stop };
}

/** All that a client sees of a refused token, and that nothing of it came back. */
async function expectRefusal(server: AppFixture, token: string, description: string): Promise<void> {
  const answer = await server.call({ token });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(
    `Bearer error="invalid_token", error_description="${description}", scope="openid profile email", resource_metadata="${PUBLIC_URL}/.well-known/oauth-protected-resource/mcp"`,
  );
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.body).toEqual({ error: 'invalid_token', error_description: `Unauthorized: ${description}` });
  expect(JSON.stringify([answer, server.log.lines])).not.toContain(token);
}

describe('a token is refused in full, and asks Logto nothing, when it is', () => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const jwt = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    server.logto.jwt(MCP, { claims, header });
  /** Everything right but the header, and signed by nobody. */
  const headed = (header: Record<string, unknown>, signature?: string) => {
    const claims = { iss: server.logto.issuer, aud: MCP, exp: seconds() + 60, sub: 'a', client_id: 'c' };
    return rawToken({ alg: 'ES384', typ: 'at+jwt', kid: 'key-1', ...header }, claims, signature);
  };
  /** The claims as they are written, under a signature that was good for others. */
  const written = async (claims: string) => {
    const [header, , signature] = (await jwt({})).split('.');
    return [header, part64(claims), signature].join('.');
  };
  async function signedWithPublicKey(): Promise<string> {
    const key = await importJWK({ ...server.logto.key.publicJwk, ext: true }, 'ES384');
    if (key instanceof Uint8Array) throw new Error('an EC key was expected');
    const input = headed({ alg: 'HS256' }).split('.').slice(0, 2).join('.');
    return `${input}.${createHmac('sha256', await exportSPKI(key))
      .update(input)
      .digest('base64url')}`;
  }
  const otherIssuer = (change: (issuer: string) => string) => () => jwt({ iss: change(server.logto.issuer) });

  it.each<[string, () => Promise<string> | string, string]>([
    ['[row 32] of another alphabet', () => 'café-canary', MALFORMED],
    ['[row 32] with encoded line breaks', () => 'canary%0d%0aX-Evil:%201', MALFORMED],
    ['[row 33] longer than 8 KB', () => 'a'.repeat(8193), 'The access token is too long'],
    ['[row 34] unsigned', () => headed({ alg: 'none' }, ''), NOT_ONE],
    ['[row 34] unsigned in another spelling', () => headed({ alg: 'nOnE' }, ''), NOT_ONE],
    ['[row 34] signed by HS256 with our public key', signedWithPublicKey, NOT_ONE],
    [
      '[row 34] signed with an RSA key under the kid of the EC key',
      async () =>
        accessToken(await signingKey('key-1', 'RS256'), server.logto.issuer, MCP, {
          header: { alg: 'RS256' },
        }),
      SIGNATURE,
    ],
    ['[row 35] naming keys by jku', () => jwt({}, { jku: 'https://evil.example/jwks' }), NOT_ONE],
    ['[row 35] naming a certificate by x5u', () => jwt({}, { x5u: 'https://evil.example/x5u' }), NOT_ONE],
    ['[row 35] bringing its key', () => jwt({}, { jwk: { kty: 'EC', crv: 'P-384' } }), NOT_ONE],
    [
      '[row 35] critical of what we do not know',
      () => jwt({}, { crit: ['urn:unknown'], 'urn:unknown': 1 }),
      NOT_ONE,
    ],
    ['[row 35] not encoded', () => headed({ b64: false, crit: ['b64'] }), NOT_ONE],
    ['[row 36] of a kid of 10 KB', () => headed({ kid: 'k'.repeat(10_240) }), 'The access token is too long'],
    ['[row 36] of a kid that is longer than any', () => headed({ kid: 'k'.repeat(257) }), NOT_ONE],
    [
      '[row 37] signed with a rogue key',
      async () => accessToken(await signingKey('key-1'), server.logto.issuer, MCP),
      SIGNATURE,
    ],
    ['[row 37] changed in one byte of its signature', async () => flipped(await jwt({})), SIGNATURE],
    ['[row 37] stripped of its signature', async () => (await jwt({})).replace(/[^.]*$/, ''), SIGNATURE],
    ['[row 39] for another resource', () => jwt({ aud: 'https://other.example/mcp' }), RESOURCE],
    ['[row 39] for our resource with a slash behind it', () => jwt({ aud: `${MCP}/` }), RESOURCE],
    ['[row 39] for nobody', () => jwt({ aud: undefined }), CLAIM],
    ['[row 40] of our issuer with a slash behind it', otherIssuer((issuer) => `${issuer}/`), ISSUER],
    ['[row 40] of our issuer over TLS', otherIssuer((issuer) => issuer.replace('http:', 'https:')), ISSUER],
    ['[row 40] of another tenant', otherIssuer(() => 'https://other.logto.app/oidc'), ISSUER],
    ['[row 40] of another tenant on the same host', otherIssuer((issuer) => `${issuer}2`), ISSUER],
    ['[row 41] an ID token', () => jwt({}, { typ: 'JWT' }), NOT_ONE],
    ['[row 41] without a type', () => jwt({}, { typ: undefined }), NOT_ONE],
    ['[row 41] a logout token', () => jwt({}, { typ: 'logout+jwt' }), NOT_ONE],
    ['[row 42] without exp', () => jwt({ exp: undefined }), CLAIM],
    ['[row 42] of an exp in quotes', () => jwt({ exp: String(seconds() + 60) }), CLAIM],
    ['[row 42] of an exp with a fraction', () => jwt({ exp: seconds() + 60.5 }), CLAIM],
    [
      '[row 42] of an infinite exp',
      () => written(`{"iss":"${server.logto.issuer}","aud":"${MCP}","sub":"a","client_id":"c","exp":1e400}`),
      CLAIM,
    ],
    ['[row 42] expired', () => jwt({ exp: seconds() - SKEW - 5 }), EXPIRED],
    ['[row 43] of an nbf in the future', () => jwt({ nbf: seconds() + SKEW + 30 }), EARLY],
    ['[row 43] of an iat in the future', () => jwt({ iat: seconds() + SKEW + 30 }), EARLY],
    ['[row 44] without sub', () => jwt({ sub: undefined }), CLAIM],
    ['[row 44] of a sub that is a number', () => jwt({ sub: 7 }), CLAIM],
    ['[row 44] of an empty sub', () => jwt({ sub: '' }), CLAIM],
    ['[row 44] of a sub of 4 KB', () => jwt({ sub: 'a'.repeat(4096) }), CLAIM],
    ['[row 44] of a sub of 10 KB', () => jwt({ sub: 'a'.repeat(10_240) }), 'The access token is too long'],
    ['[row 44] of a sub with a look-alike letter', () => jwt({ sub: 'аlice' }), CLAIM],
    ['[row 45] without client_id', () => jwt({ client_id: undefined }), CLAIM],
    [
      '[row 45] without client_id, though it has azp',
      () => jwt({ client_id: undefined, azp: 'agent' }),
      CLAIM,
    ],
    ['[row 45] of an azp that contradicts it', () => jwt({ azp: 'other' }), CLIENTS],
    [
      '[row 46] of more scopes than it has room for',
      () => jwt({ scope: 'mcp:a '.repeat(1_500) }),
      'The access token is too long',
    ],
    ['[row 48] encrypted', () => `${part64('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.a.b.c.d`, MALFORMED],
    [
      '[row 48] a JWT in a JWT',
      async () => rawToken({ alg: 'ES384', typ: 'at+jwt', cty: 'JWT' }, await jwt({})),
      MALFORMED,
    ],
    ['[row 48] of three parts that are none', () => 'canary.b.c', MALFORMED],
    ['[row 48] of two parts', () => `${part64('{"alg":"ES384"}')}.canary`, MALFORMED],
  ])('%s', async (_what, make, description) => {
    const before = server.logto.seen.length;
    await expectRefusal(server, await make(), description);
    expect(server.logto.seen.length).toBe(before);
  });

  it('[row 46] not even a header that is read, when it is of 10,000 scopes', async () => {
    const token = await jwt({ scope: 'mcp:a '.repeat(10_000) });
    expect((await server.call({ token })).status).toBe(431);
  });

  it.each<[string, () => Promise<string>]>([
    ['[row 39] several audiences, one of them ours', () => jwt({ aud: ['https://other.example', MCP] })],
    ['[row 42] an exp within the skew', () => jwt({ exp: seconds() - SKEW + 30 })],
    ['[row 43] an iat within the skew', () => jwt({ iat: seconds() + SKEW - 30 })],
    ['[row 45] an azp that agrees', () => jwt({ azp: 'agent' })],
  ])('not so with %s', async (_what, make) => {
    expect((await server.call({ token: await make() })).status).toBe(200);
  });

  it.each<[string, unknown, string[]]>([
    ['missing', undefined, []],
    ['empty', '', []],
    ['a list', ['mcp:read', 'mcp:write'], ['mcp:read', 'mcp:write']],
    ['longer than the one that counts', 'mcp:readonly', ['mcp:readonly']],
    ['one twice', 'mcp:read mcp:read', ['mcp:read']],
  ])(
    '[row 46] nor for a scope that is %s: it holds the words that it holds',
    async (_what, scope, scopes) => {
      const { status, body } = await server.call({ token: await jwt({ scope }) });
      expect([status, body]).toMatchObject([200, { scopes }]);
    },
  );
});

/** A bit that counts: the last characters of base64url may hold none. */
function flipped(token: string): string {
  const at = token.length - 20;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

describe('keys', () => {
  let server: Server;
  afterEach(() => server.stop());
  const signed = (key: Awaited<ReturnType<typeof signingKey>>, header = {}, claims = {}) =>
    accessToken(key, server.logto.issuer, MCP, { header, claims });

  it.each(['../../etc/passwd', "' OR 1=1 --"])(
    '[row 36] of the invented kid %s are asked for once',
    async (kid) => {
      server = await start();
      const before = server.logto.calls.jwks;
      await expectRefusal(server, await signed(server.logto.key, { kid }), SIGNATURE);
      // Logto has been asked since this token was made, so it is refused without asking.
      await expectRefusal(
        server,
        await signed(server.logto.key, { kid }, { iat: seconds() - 300 }),
        SIGNATURE,
      );
      expect(server.logto.calls.jwks - before).toBe(1);
    },
  );

  it('[row 36] are asked for once however many are invented; what may be a new key is 503 until it can be asked for', async () => {
    server = await start();
    const before = server.logto.calls.jwks;
    const call = async (at: number) =>
      server.call({ token: await signed(server.logto.key, { kid: `k${at}` }) });
    await call(0);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => call(at + 1)));
    for (const { status, headers, body } of answers) {
      expect(status).toBe(503);
      expect(headers['www-authenticate']).toBeUndefined();
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(30);
      expect(body).toMatchObject({ error: 'temporarily_unavailable' });
    }
    expect(server.logto.calls.jwks - before).toBe(1);
    // Nobody else is concerned.
    expect((await server.call({ token: await server.logto.jwt(MCP) })).status).toBe(200);
    expect(server.log.lines.filter((line) => line.startsWith('warn') && line.includes('unchecked'))).toEqual(
      [],
    );
  });

  it('[row 50] that are new count after one look, old ones until Logto withdraws them and not after', async () => {
    server = await start({ LOGTO_REFRESH_SECONDS: '5' });
    const { logto } = server;
    const old = await logto.jwt(MCP);
    expect((await server.call({ token: old })).status).toBe(200);
    const next = await signingKey('key-2');
    logto.keys = [logto.key, next];
    const before = logto.calls.jwks;
    const fresh = await signed(next);
    expect((await server.call({ token: fresh })).status).toBe(200);
    expect((await server.call({ token: await logto.jwt(MCP, { claims: { jti: 'j-2' } }) })).status).toBe(200);
    expect(logto.calls.jwks - before).toBe(1);
    logto.keys = [next];
    const another = async (jti: string) =>
      (await server.call({ token: await logto.jwt(MCP, { claims: { jti, iat: seconds() - 300 } }) })).status;
    let count = 0;
    await expect.poll(() => another(`w-${count++}`), { timeout: 15_000, interval: 200 }).toBe(401);
    expect((await server.call({ token: await signed(next, {}, { jti: 'j-3' }) })).status).toBe(200);
  });
});

describe('a server that has too many signatures to verify', () => {
  it('[row 38] says so, and nothing about the token', async () => {
    const server = await start();
    const { status, headers, body } = await server.call({
      path: '/mcp/busy',
      token: await server.logto.jwt(MCP),
    });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['www-authenticate']).toBeUndefined();
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'Too many access tokens are being checked, try again later',
    });
    await server.stop();
  });
});
