import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** A signing key as Logto has one, and the public half that it would publish. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function signingKey(kid: string, alg = 'ES384'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export const seconds = (): number => Math.floor(Date.now() / 1000);

/** What differs from a good access token. A claim given as `undefined` is left out. */
export interface TokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A JWT access token as Logto issues one for an API resource. */
export function accessToken(key: SigningKey, issuer: string, aud: string, changes: TokenChanges = {}) {
  const now = seconds();
  const claims: JWTPayload = {
    jti: 'j-1',
    sub: 'alice',
    iat: now,
    exp: now + 600,
    scope: '',
    client_id: 'agent',
    iss: issuer,
    aud,
    ...changes.claims,
  };
  const header: JWTHeaderParameters = {
    alg: 'ES384',
    typ: 'at+jwt',
    ...(key.publicJwk.kid !== undefined && { kid: key.publicJwk.kid }),
    ...changes.header,
  };
  return new SignJWT(claims)
    .setProtectedHeader(header)
    .sign(key.privateKey, { crit: { 'urn:unknown': true } });
}

/** The same three parts, unsigned or signed by hand: what no honest library would produce. */
export const rawToken = (header: unknown, payload: unknown, signature = 'c2ln'): string =>
  [header, payload].map((part) => part64(JSON.stringify(part))).join('.') + `.${signature}`;

export const part64 = (text: string): string => Buffer.from(text).toString('base64url');
