import type { Router } from 'express';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { SCOPE_CLAIMS } from '../oidc/user.claims.js';
import { thirdPartyOf } from './application.lookup.js';
import { consentScopes } from './application.schema.js';
import { consentScopesView } from './application.view.js';
import { invalidInput, ManagementError, parseBody } from './management.error.js';

/** The ceiling of a third-party app: what it may ask a person for. */
export function consentScopeRoutes(router: Router, directory: TenantDirectory): void {
  const resources = [...directory.resources.values()];
  const knownScopes = new Set(resources.flatMap(({ scopes }) => scopes.map(({ id }) => id)));
  router.post('/applications/:id/user-consent-scopes', (req, res) => {
    const { userScopes, resourceScopes } = parseBody(consentScopes, req.body);
    const app = thirdPartyOf(directory, req.params.id);
    if (!userScopes.every((name) => Object.hasOwn(SCOPE_CLAIMS, name))) throw invalidInput('body');
    if (!resourceScopes.every((id) => knownScopes.has(id))) {
      const message = 'The user consent scopes of the application are not found.';
      throw new ManagementError(422, 'application.user_consent_scopes_not_found', message);
    }
    directory.applications.set(app.id, {
      ...app,
      userScopes: new Set([...app.userScopes, ...userScopes]),
      resourceScopes: new Set([...app.resourceScopes, ...resourceScopes]),
    });
    res.status(201).type('text/plain').send('Created');
  });
  router.get('/applications/:id/user-consent-scopes', (req, res) => {
    res.json(consentScopesView(thirdPartyOf(directory, req.params.id), resources));
  });
}
