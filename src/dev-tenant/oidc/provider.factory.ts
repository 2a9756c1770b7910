import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type Provider from 'oidc-provider';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { SIGNING_ALGORITHM } from './client.metadata.js';
import { errorBody } from './error.body.js';
import type { MemoryStore } from './memory.store.js';
import { cimdFlag, documentFetch } from './metadata.document.js';
import { providerConfiguration } from './provider.configuration.js';
import type { OidcLibrary } from './provider.library.js';

const logger = new Logger('DevTenant');

/** Builds the OIDC provider of the tenant, answering as the one inside Logto does. */
export function createProvider(
  library: OidcLibrary,
  issuer: string,
  directory: TenantDirectory,
  store: MemoryStore,
  signingKey: JWK,
  fetchDocument?: typeof fetch,
): Provider {
  const provider = new library.default(issuer, {
    ...providerConfiguration(library, directory, store),
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      long: { path: '/', sameSite: 'lax', httpOnly: true, signed: true, overwrite: true },
      short: { path: '/', sameSite: 'lax', httpOnly: true, signed: true, overwrite: true },
    },
    jwks: { keys: [signingKey] },
    fetch: documentFetch(directory, fetchDocument),
  });
  provider.use(errorBody);
  provider.use(cimdFlag(directory));
  provider.on('server_error', (_ctx, error) => logger.error(error.message, error.stack));
  // Koa's own handler prints to the console.
  provider.onerror = (error) => logger.error(error.message, error.stack);
  return provider;
}

/** A fresh P-384 key: tokens of an earlier start are void, like everything else of it. */
export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: SIGNING_ALGORITHM, use: 'sig' };
}
