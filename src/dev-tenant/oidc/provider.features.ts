import type { Configuration } from 'oidc-provider';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { trusted } from '../experience/html.js';
import { renderPage } from '../experience/page.layout.js';
import { SIGNING_ALGORITHM } from './client.metadata.js';
import { cimdFeature } from './metadata.document.js';
import type { OidcLibrary } from './provider.library.js';

type Features = NonNullable<Configuration['features']>;

/** What is on and off in Logto: no DPoP, no dynamic registration, resource indicators, pushed requests. */
export const providerFeatures = (library: OidcLibrary, directory: TenantDirectory): Features => ({
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  clientCredentials: { enabled: true },
  clientIdMetadataDocument: cimdFeature(directory),
  userinfo: { enabled: true },
  introspection: {
    enabled: true,
    // Any confidential app may ask about any token of the tenant; a public one only about its own.
    allowedPolicy: (_ctx, client, token) =>
      client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
  },
  revocation: revocation(library),
  resourceIndicators: resourceIndicators(library, directory),
  rpInitiatedLogout: logout,
});

const revocation = ({ errors }: OidcLibrary): Features['revocation'] => ({
  enabled: true,
  allowedPolicy: (_ctx, client, token) => {
    if (token.clientId === client.clientId) return true;
    if (client.clientAuthMethod === 'none') return false;
    throw new errors.InvalidRequest('client is not authorized to revoke the presented token');
  },
});

const resourceIndicators = (
  { errors }: OidcLibrary,
  directory: TenantDirectory,
): Features['resourceIndicators'] => ({
  enabled: true,
  // A code or refresh token obtained with a resource gives an opaque token unless the request names it again.
  useGrantedResource: () => false,
  getResourceServerInfo: (ctx, indicator, client) => {
    const resource = directory.resources.get(indicator);
    if (!resource) throw new errors.InvalidTarget();
    const userId = ctx.oidc.session?.accountId ?? ctx.oidc.account?.accountId;
    return {
      scope: directory.apiScopes(resource, client.clientId, userId).join(' '),
      accessTokenTTL: resource.accessTokenTtl,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: SIGNING_ALGORITHM } },
    };
  },
});

const logout: Features['rpInitiatedLogout'] = {
  enabled: true,
  logoutSource: (ctx, form) => {
    const button = '<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>';
    ctx.body = renderPage({ kind: 'sign-out', title: 'Sign out', body: trusted(form + button) });
  },
  postLogoutSuccessSource: (ctx) => {
    ctx.body = renderPage({ kind: 'sign-out', title: 'You are signed out', body: trusted('') });
  },
};
