import type { RequestHandler } from 'express';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { MANAGEMENT_SCOPE, type TenantDirectory } from '../directory/tenant.directory.js';
import { SIGNING_ALGORITHM } from '../oidc/client.metadata.js';
import { ManagementError } from './management.error.js';

const claims = z.object({ scope: z.string().default('') });

const unauthorized = () =>
  new ManagementError(401, 'auth.unauthorized', 'Unauthorized. Please check credentials and its scope.');

/** Lets through a JWT of this tenant, made for the Management API, that carries the scope `all`. */
export function managementGuard(directory: TenantDirectory, issuer: string, signingKey: JWK): RequestHandler {
  const { d: _private, ...publicKey } = signingKey;
  const keys = createLocalJWKSet({ keys: [publicKey] });
  const verify = async (token: string) => {
    const audience = directory.managementResource;
    // Without an audience every token of the tenant would do.
    if (audience === undefined) throw unauthorized();
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: [SIGNING_ALGORITHM],
    }).catch(() => {
      throw unauthorized();
    });
    return claims.parse(verified.payload).scope.split(' ');
  };
  const guard = async (header: string | undefined) => {
    if (header === undefined) {
      throw new ManagementError(401, 'auth.authorization_header_missing', 'Authorization header is missing.');
    }
    if (!header.startsWith('Bearer ')) {
      const message = 'Authorization type is not supported.';
      throw new ManagementError(401, 'auth.authorization_token_type_not_supported', message);
    }
    if ((await verify(header.slice('Bearer '.length))).includes(MANAGEMENT_SCOPE)) return;
    throw new ManagementError(
      403,
      'auth.forbidden',
      'Forbidden. Please check your user roles and permissions.',
    );
  };
  return async (req, _res, next) => {
    await guard(req.headers.authorization);
    next();
  };
}
