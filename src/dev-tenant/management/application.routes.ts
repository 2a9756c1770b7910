import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import type { z } from 'zod';
import type { ApplicationRecord } from '../directory/application.record.js';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { applicationOf } from './application.lookup.js';
import { applicationChange, applicationToCreate } from './application.schema.js';
import { applicationView } from './application.view.js';
import { ManagementError, parseBody } from './management.error.js';
import { parsePage } from './page.js';

/** A registration loop in a test must not eat the machine. */
const MAX_APPLICATIONS = 1000;

export function applicationRoutes(router: Router, directory: TenantDirectory): void {
  const { applications } = directory;
  const appOf = (id: string) => applicationOf(directory, id);
  router.get('/applications', (req, res) => {
    const { isThirdParty } = req.query;
    const found = [...applications.values()].filter(
      (app) => isThirdParty === undefined || String(app.isThirdParty) === isThirdParty,
    );
    res.json(parsePage(req.query)(found).map(applicationView));
  });
  router.post('/applications', (req, res) => {
    if (applications.size >= MAX_APPLICATIONS) {
      throw new ManagementError(403, 'system_limit.limit_exceeded', 'There are too many applications.');
    }
    const app = newApplication(parseBody(applicationToCreate, req.body));
    applications.set(app.id, app);
    // 200, not 201.
    res.json(applicationView(app));
  });
  router.get('/applications/:id', (req, res) => {
    res.json(applicationView(appOf(req.params.id)));
  });
  router.patch('/applications/:id', (req, res) => {
    const { oidcClientMetadata, ...change } = parseBody(applicationChange, req.body);
    const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const app: ApplicationRecord = { ...appOf(req.params.id), ...defined, ...oidcClientMetadata };
    applications.set(app.id, app);
    res.json(applicationView(app));
  });
  router.get('/applications/:id/secrets', (req, res) => {
    const { id, secret, type, createdAt } = appOf(req.params.id);
    const owned = {
      tenantId: 'default',
      applicationId: id,
      name: 'Default secret',
      createdAt,
      expiresAt: null,
    };
    res.json(secret === undefined || type === 'MachineToMachine' ? [] : [{ ...owned, value: secret }]);
  });
  router.delete('/applications/:id', (req, res) => {
    applications.delete(appOf(req.params.id).id);
    res.status(204).end();
  });
}

function newApplication(body: z.output<typeof applicationToCreate>): ApplicationRecord {
  const { oidcClientMetadata, ...rest } = body;
  if (rest.type === 'MachineToMachine' && rest.isThirdParty) {
    const message = 'Only Traditional, SPA and Native apps can be third-party.';
    throw new ManagementError(400, 'application.invalid_third_party_application_type', message);
  }
  const isConfidential = rest.type === 'Traditional' || rest.type === 'MachineToMachine';
  return {
    ...rest,
    ...oidcClientMetadata,
    id: randomBytes(16).toString('hex').slice(0, 21),
    ...(isConfidential && { secret: randomBytes(24).toString('base64url') }),
    createdAt: Date.now(),
    userScopes: new Set(),
    resourceScopes: new Set(),
  };
}
