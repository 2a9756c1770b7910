import { describe, expect, it } from 'vitest';
import { discoveryDocument } from '../testing/logto.double.js';
import { readDocument } from './discovery.document.js';

const PUBLIC = 'https://auth.example.com';
const INTERNAL = 'http://logto:3001';
const names = { endpoint: PUBLIC, internalEndpoint: INTERNAL, issuer: `${PUBLIC}/oidc` };
const read = (changes: Readonly<Record<string, unknown>> = {}, origin = PUBLIC) =>
  readDocument(discoveryDocument(origin, { issuer: names.issuer, ...changes }), names);

describe('a discovery document', () => {
  it('is read through mcp-auth', async () => {
    const { server, issuer } = await read();
    expect(issuer).toBe(names.issuer);
    expect(server).toMatchObject({
      type: 'oidc',
      metadata: { issuer, codeChallengeMethodsSupported: ['S256'] },
    });
  });

  it.each([
    ['the public name', PUBLIC],
    ['the name we called it by', INTERNAL],
  ])('is called back at the internal origin when it names %s', async (_name, origin) => {
    const { backChannel } = await read({}, origin);
    expect(backChannel).toEqual({
      jwks: `${INTERNAL}/oidc/jwks`,
      token: `${INTERNAL}/oidc/token`,
      userinfo: `${INTERNAL}/oidc/me`,
      introspection: `${INTERNAL}/oidc/token/introspection`,
    });
  });

  it('is published whole and with public names', async () => {
    const { raw } = await read({ registration_endpoint: 'https://bridge.example.com/register' }, INTERNAL);
    expect(raw).toEqual(
      discoveryDocument(PUBLIC, { registration_endpoint: 'https://bridge.example.com/register' }),
    );
    expect(JSON.stringify(raw)).not.toContain('logto:3001');
  });

  it.each([
    `${PUBLIC}/oidc/`,
    `${PUBLIC}/OIDC`,
    'https://AUTH.example.com/oidc',
    'http://auth.example.com/oidc',
    `${INTERNAL}/oidc`,
    'https://evil.example/oidc',
  ])('[row 96] is refused when its issuer is %s', async (issuer) => {
    await expect(read({ issuer })).rejects.toMatchObject({ reason: 'issuer_mismatch', detail: issuer });
  });

  it.each([
    ['jwks_uri', 'https://evil.example/oidc/jwks'],
    ['jwks_uri', 'http://169.254.169.254/latest/meta-data'],
    ['jwks_uri', 'http://auth.example.com/oidc/jwks'],
    ['jwks_uri', 'https://auth.example.com.evil.example/oidc/jwks'],
    ['jwks_uri', 'https://auth.example.com@evil.example/oidc/jwks'],
    ['jwks_uri', 'https://auth.example.com:8443/oidc/jwks'],
    ['jwks_uri', 'file:///etc/passwd'],
    ['token_endpoint', 'https://evil.example/token'],
    ['userinfo_endpoint', 'https://evil.example/me'],
    ['introspection_endpoint', 'https://evil.example/introspect'],
    ['authorization_endpoint', 'https://evil.example/auth'],
    ['authorization_endpoint', 'not a URL'],
    ['end_session_endpoint', 'https://evil.example/end'],
  ])('[row 97] is refused when its %s is %s', async (name, url) => {
    await expect(read({ [name]: url })).rejects.toMatchObject({
      reason: 'foreign_endpoint',
      detail: `${name} ${url}`,
    });
  });

  it.each([
    ['without a key set', { jwks_uri: undefined }],
    ['without userinfo', { userinfo_endpoint: undefined }],
    ['without a token endpoint', { token_endpoint: undefined }],
    ['without PKCE', { code_challenge_methods_supported: undefined }],
    ['with plain PKCE only', { code_challenge_methods_supported: ['plain'] }],
    ['without the code flow', { response_types_supported: ['token'] }],
    ['with response types that are none', { response_types_supported: 'code' }],
  ])('is refused %s', async (_case, changes) => {
    await expect(read(changes)).rejects.toMatchObject({
      code: 'logto_unavailable',
      reason: 'invalid_metadata',
    });
  });

  it.each([[[]], ['text'], [null], [undefined], [{}]])('is refused when it is %j', async (body) => {
    await expect(readDocument(body, names)).rejects.toMatchObject({ reason: 'invalid_metadata' });
  });
});
