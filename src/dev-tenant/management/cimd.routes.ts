import type { Router } from 'express';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { consentScopesView } from './application.view.js';
import { wantedScopes } from './consent.scope.routes.js';
import { ManagementError, parseBody } from './management.error.js';

const settings = z.object({ enabled: z.boolean() });

/** Client id metadata documents, as Logto has them since 1.43: a switch, and one ceiling for all such clients. */
export function cimdRoutes(router: Router, directory: TenantDirectory): void {
  const { cimd } = directory;
  router.get('/configs/cimd', (_req, res) => {
    res.json({ enabled: cimd.enabled });
  });
  router.patch('/configs/cimd', (req, res) => {
    cimd.enabled = parseBody(settings, req.body).enabled;
    res.json({ enabled: cimd.enabled });
  });
  router.get('/cimd/user-consent-scopes', (_req, res) => {
    res.json(consentScopesView(cimd, [...directory.resources.values()]));
  });
  router.post('/cimd/user-consent-scopes', (req, res) => {
    const { userScopes, resourceScopes } = wantedScopes(directory, req.body);
    cimd.userScopes = new Set([...cimd.userScopes, ...userScopes]);
    cimd.resourceScopes = new Set([...cimd.resourceScopes, ...resourceScopes]);
    res.status(201).type('text/plain').send('Created');
  });
  router.delete('/cimd/user-consent-scopes/:type/:scope', (req, res) => {
    const { type, scope } = req.params;
    const kind = kinds[type];
    if (kind === undefined || !cimd[kind].has(scope)) {
      throw new ManagementError(404, 'entity.not_found', 'The resource does not exist.');
    }
    cimd[kind] = new Set([...cimd[kind]].filter((one) => one !== scope));
    res.status(204).end();
  });
}

const kinds: Readonly<Record<string, 'userScopes' | 'resourceScopes'>> = {
  'user-scopes': 'userScopes',
  'resource-scopes': 'resourceScopes',
};
