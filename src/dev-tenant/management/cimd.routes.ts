import type { Router } from 'express';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { consentScopesView } from './application.view.js';
import { wantedScopes } from './consent.scope.routes.js';
import { ManagementError, parseBody } from './management.error.js';

const settings = z.object({ enabled: z.boolean() });

/** Client id metadata documents, as Logto has them since 1.43: a switch, and one ceiling for all such clients. */
export function cimdRoutes(router: Router, directory: TenantDirectory): void {
  router.get('/configs/cimd', (_req, res) => {
    res.json({ enabled: directory.cimd.enabled });
  });
  router.patch('/configs/cimd', (req, res) => {
    const { enabled } = parseBody(settings, req.body);
    directory.cimd = { ...directory.cimd, enabled };
    res.json({ enabled });
  });
  router.get('/cimd/user-consent-scopes', (_req, res) => {
    res.json(consentScopesView(directory.cimd, [...directory.resources.values()]));
  });
  router.post('/cimd/user-consent-scopes', (req, res) => {
    const { userScopes, resourceScopes } = wantedScopes(directory, req.body);
    directory.cimd = {
      ...directory.cimd,
      userScopes: new Set([...directory.cimd.userScopes, ...userScopes]),
      resourceScopes: new Set([...directory.cimd.resourceScopes, ...resourceScopes]),
    };
    res.status(201).type('text/plain').send('Created');
  });
  router.delete('/cimd/user-consent-scopes/:type/:scope', (req, res) => {
    const { type, scope } = req.params;
    const kind = kinds[type];
    if (kind === undefined || !directory.cimd[kind].has(scope)) {
      throw new ManagementError(404, 'entity.not_found', 'The resource does not exist.');
    }
    const left = [...directory.cimd[kind]].filter((one) => one !== scope);
    directory.cimd = { ...directory.cimd, [kind]: new Set(left) };
    res.status(204).end();
  });
}

const kinds: Readonly<Record<string, 'userScopes' | 'resourceScopes'>> = {
  'user-scopes': 'userScopes',
  'resource-scopes': 'resourceScopes',
};
