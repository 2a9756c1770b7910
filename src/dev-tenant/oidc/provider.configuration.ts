import type { Configuration } from 'oidc-provider';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { renderPage } from '../experience/page.layout.js';
import { trusted } from '../experience/html.js';
import { clientAdapter } from './client.adapter.js';
import { allowedOrigins, SIGNING_ALGORITHM } from './client.metadata.js';
import type { MemoryStore } from './memory.store.js';
import type { OidcLibrary } from './provider.library.js';
import { SCOPE_CLAIMS, claimsOf } from './user.claims.js';

const DAY = 86_400;

/** The parts of the provider's configuration that decide what a caller sees. */
export function providerConfiguration(
  library: OidcLibrary,
  directory: TenantDirectory,
  store: MemoryStore,
): Configuration {
  const { InvalidGrant } = library.errors;
  return {
    adapter: (model) => (model === 'Client' ? clientAdapter(library, directory) : store.adapter(model)),
    claims: { openid: ['sub'], ...SCOPE_CLAIMS },
    scopes: ['openid', 'offline_access'],
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: [SIGNING_ALGORITHM] },
    features: features(library, directory),
    pkce: { required: (_ctx, client) => client.clientAuthMethod !== 'client_secret_basic' },
    findAccount: (_ctx, sub) => {
      const user = directory.users.get(sub);
      if (!user || user.isSuspended) throw new InvalidGrant('user not found');
      return { accountId: sub, claims: (use) => claimsOf(user, use) };
    },
    formats: {
      customizers: {
        // Logto always writes the claim; an API that allows nothing gets an empty one.
        jwt: (_ctx, _token, jwt) => {
          jwt.payload.scope ??= '';
        },
      },
    },
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') ||
        (client.applicationType === 'web' &&
          directory.applications.get(client.clientId)?.customClientMetadata.alwaysIssueRefreshToken ===
            true)),
    clientBasedCORS: (ctx, origin, client) => {
      const app = directory.applications.get(client.clientId);
      return (
        origin === `${ctx.protocol}://${ctx.host}` ||
        (app !== undefined && allowedOrigins(app).includes(origin))
      );
    },
    interactions: {
      url: (_ctx, { params, prompt }) => {
        const page = prompt.name === 'login' ? 'sign-in' : 'consent';
        return `/${page}?app_id=${encodeURIComponent(String(params.client_id))}`;
      },
    },
    // JSON for browsers too, as Logto has it.
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 3600,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      RefreshToken: 14 * DAY,
      Interaction: 3600,
      Session: 14 * DAY,
      Grant: 180 * DAY,
    },
  };
}

function features(library: OidcLibrary, directory: TenantDirectory): Configuration['features'] {
  const { InvalidRequest, InvalidTarget } = library.errors;
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    clientCredentials: { enabled: true },
    userinfo: { enabled: true },
    introspection: {
      enabled: true,
      // Any confidential app may ask about any token of the tenant; a public one only about its own.
      allowedPolicy: (_ctx, client, token) =>
        client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => {
        if (token.clientId === client.clientId) return true;
        if (client.clientAuthMethod === 'none') return false;
        throw new InvalidRequest('client is not authorized to revoke the presented token');
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = renderPage({
          kind: 'sign-out',
          title: 'Sign out',
          body: trusted(
            `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
          ),
        });
      },
      postLogoutSuccessSource: (ctx) => {
        ctx.body = renderPage({ kind: 'sign-out', title: 'You are signed out', body: trusted('') });
      },
    },
    resourceIndicators: {
      enabled: true,
      // A code or refresh token obtained with a resource gives an opaque token unless the request names it again.
      useGrantedResource: () => false,
      getResourceServerInfo: (ctx, indicator, client) => {
        const resource = directory.resources.get(indicator);
        if (!resource) throw new InvalidTarget();
        const userId = ctx.oidc.session?.accountId ?? ctx.oidc.account?.accountId;
        return {
          scope: directory.apiScopes(resource, client.clientId, userId).join(' '),
          accessTokenTTL: resource.accessTokenTtl,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: SIGNING_ALGORITHM } },
        };
      },
    },
  };
}
