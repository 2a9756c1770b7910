import type { Router } from 'express';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { SCOPE_CLAIMS } from '../oidc/user.claims.js';
import { thirdPartyOf } from './application.lookup.js';
import { consentScopes } from './application.schema.js';
import { consentScopesView } from './application.view.js';
import { invalidInput, ManagementError, parseBody } from './management.error.js';

/** What a request wants to add to a ceiling, if the tenant knows all of it. */
export function wantedScopes(directory: TenantDirectory, body: unknown) {
  const { userScopes, resourceScopes } = parseBody(consentScopes, body);
  if (!userScopes.every((name) => Object.hasOwn(SCOPE_CLAIMS, name))) throw invalidInput('body');
  const known = new Set(
    [...directory.resources.values()].flatMap(({ scopes }) => scopes.map(({ id }) => id)),
  );
  if (!resourceScopes.every((id) => known.has(id))) {
    const message = 'The user consent scopes of the application are not found.';
    throw new ManagementError(422, 'application.user_consent_scopes_not_found', message);
  }
  return { userScopes, resourceScopes };
}

/** The ceiling of a third-party app: what it may ask a person for. */
export function consentScopeRoutes(router: Router, directory: TenantDirectory): void {
  router.post('/applications/:id/user-consent-scopes', (req, res) => {
    const app = thirdPartyOf(directory, req.params.id);
    const { userScopes, resourceScopes } = wantedScopes(directory, req.body);
    directory.applications.set(app.id, {
      ...app,
      userScopes: new Set([...app.userScopes, ...userScopes]),
      resourceScopes: new Set([...app.resourceScopes, ...resourceScopes]),
    });
    res.status(201).type('text/plain').send('Created');
  });
  router.get('/applications/:id/user-consent-scopes', (req, res) => {
    const app = thirdPartyOf(directory, req.params.id);
    res.json(consentScopesView(app, [...directory.resources.values()]));
  });
}
