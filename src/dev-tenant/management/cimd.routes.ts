import type { Router } from 'express';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { SCOPE_CLAIMS } from '../oidc/user.claims.js';
import { consentScopes } from './application.schema.js';
import { invalidInput, ManagementError, parseBody } from './management.error.js';

const toggle = z.object({ enabled: z.boolean() });

/** Client ID Metadata Documents: the switch of the tenant, and the ceiling of the clients that bring one. */
export function cimdRoutes(router: Router, directory: TenantDirectory): void {
  const known = new Set(
    [...directory.resources.values()].flatMap(({ scopes }) => scopes.map(({ id }) => id)),
  );
  router.get('/configs/cimd', (_req, res) => {
    res.json({ enabled: directory.cimd.enabled });
  });
  router.patch('/configs/cimd', (req, res) => {
    const { enabled } = parseBody(toggle, req.body);
    directory.cimd = { ...directory.cimd, enabled };
    res.json({ enabled });
  });
  router.get('/cimd/user-consent-scopes', (_req, res) => {
    const { userScopes, resourceScopes } = directory.cimd;
    const resources = [...directory.resources.values()].map(({ id, indicator, scopes }) => ({
      resource: { id, indicator, name: indicator },
      scopes: scopes.filter((scope) => resourceScopes.has(scope.id)),
    }));
    res.json({
      organizationScopes: [],
      resourceScopes: resources.filter(({ scopes }) => scopes.length > 0),
      organizationResourceScopes: [],
      userScopes: [...userScopes].toSorted(),
    });
  });
  router.post('/cimd/user-consent-scopes', (req, res) => {
    const { userScopes, resourceScopes } = parseBody(consentScopes, req.body);
    if (!userScopes.every((name) => Object.hasOwn(SCOPE_CLAIMS, name))) throw invalidInput('body');
    if (!resourceScopes.every((id) => known.has(id))) {
      const message = 'The user consent scopes of the application are not found.';
      throw new ManagementError(422, 'application.user_consent_scopes_not_found', message);
    }
    directory.cimd = {
      ...directory.cimd,
      userScopes: new Set([...directory.cimd.userScopes, ...userScopes]),
      resourceScopes: new Set([...directory.cimd.resourceScopes, ...resourceScopes]),
    };
    res.status(201).type('text/plain').send('Created');
  });
}
