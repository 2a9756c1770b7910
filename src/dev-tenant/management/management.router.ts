import { json, Router } from 'express';
import type { JWK } from 'jose';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import type { ExchangeLog } from '../oidc/exchange.log.js';
import type { MemoryStore } from '../oidc/memory.store.js';
import { applicationRoutes } from './application.routes.js';
import { cimdRoutes } from './cimd.routes.js';
import { consentScopeRoutes } from './consent.scope.routes.js';
import { logRoutes } from './log.routes.js';
import { managementErrors } from './management.error.js';
import { managementGuard } from './management.guard.js';
import { resourceRoutes } from './resource.routes.js';
import { roleRoutes } from './role.routes.js';
import { userRoutes } from './user.routes.js';

/** The part of Logto's Management API that this project calls, with Logto's status codes. */
export function managementRouter(
  directory: TenantDirectory,
  store: MemoryStore,
  exchanges: ExchangeLog,
  issuer: string,
  signingKey: JWK,
): Router {
  const router = Router();
  router.use(managementGuard(directory, issuer, signingKey));
  router.use(json({ limit: '64kb' }));
  userRoutes(router, directory, store);
  applicationRoutes(router, directory);
  consentScopeRoutes(router, directory);
  resourceRoutes(router, directory);
  roleRoutes(router, directory);
  cimdRoutes(router, directory);
  logRoutes(router, exchanges);
  router.use(managementErrors);
  return router;
}
