import type { ApplicationRecord } from '../directory/application.record.js';
import type { ConsentCeiling } from '../directory/consent.ceiling.js';
import type { ResourceRecord } from '../directory/resource.record.js';

/** An application as the Management API shows it: never with its secret. */
export const applicationView = (app: ApplicationRecord) => ({
  tenantId: 'default',
  id: app.id,
  name: app.name,
  description: app.description,
  type: app.type,
  oidcClientMetadata: {
    redirectUris: app.redirectUris,
    postLogoutRedirectUris: app.postLogoutRedirectUris,
  },
  customClientMetadata: app.customClientMetadata,
  protectedAppMetadata: null,
  customData: app.customData,
  isThirdParty: app.isThirdParty,
  appLevelAccessControlEnabled: false,
  createdAt: app.createdAt,
});

/** The ceiling of a third-party app, or of all CIMD clients, API scopes grouped by their resource. */
export const consentScopesView = (ceiling: ConsentCeiling, resources: readonly ResourceRecord[]) => ({
  organizationScopes: [],
  resourceScopes: resources
    .map(({ id, indicator, name, scopes }) => ({
      resource: { id, indicator, name },
      scopes: scopes.filter((scope) => ceiling.resourceScopes.has(scope.id)),
    }))
    .filter(({ scopes }) => scopes.length > 0),
  organizationResourceScopes: [],
  userScopes: [...ceiling.userScopes].toSorted(),
});
