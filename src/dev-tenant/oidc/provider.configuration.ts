import type { Configuration, FindAccount } from 'oidc-provider';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { clientAdapter } from './client.adapter.js';
import { allowedOrigins, SIGNING_ALGORITHM } from './client.metadata.js';
import type { MemoryStore } from './memory.store.js';
import { providerFeatures } from './provider.features.js';
import type { OidcLibrary } from './provider.library.js';
import { SCOPE_CLAIMS, claimsOf } from './user.claims.js';

const DAY = 86_400;

/** The parts of the provider's configuration that decide what a caller sees. */
export function providerConfiguration(
  library: OidcLibrary,
  directory: TenantDirectory,
  store: MemoryStore,
): Configuration {
  return {
    adapter: (model) => (model === 'Client' ? clientAdapter(library, directory) : store.adapter(model)),
    claims: { openid: ['sub'], ...SCOPE_CLAIMS },
    scopes: ['openid', 'offline_access'],
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: [SIGNING_ALGORITHM] },
    features: providerFeatures(library, directory),
    pkce: { required: (_ctx, client) => client.clientAuthMethod !== 'client_secret_basic' },
    findAccount: accountFinder(library, directory),
    // Logto always writes the claim; an API that allows nothing gets an empty one.
    formats: { customizers: { jwt: (_ctx, _token, jwt) => void (jwt.payload.scope ??= '') } },
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
    ...perApplication(directory),
    ttl: lifetimes(directory),
  };
}

const accountFinder =
  ({ errors }: OidcLibrary, directory: TenantDirectory): FindAccount =>
  (_ctx, sub) => {
    const user = directory.users.get(sub);
    if (!user || user.isSuspended) throw new errors.InvalidGrant('user not found');
    return { accountId: sub, claims: (use) => claimsOf(user, use) };
  };

/** What the Management API may set for one application. */
const perApplication = ({ applications }: TenantDirectory) =>
  ({
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') ||
        (client.applicationType === 'web' &&
          applications.get(client.clientId)?.customClientMetadata.alwaysIssueRefreshToken === true)),
    clientBasedCORS: (ctx, origin, client) => {
      const app = applications.get(client.clientId);
      const isOurs = origin === `${ctx.protocol}://${ctx.host}`;
      return isOurs || (app !== undefined && allowedOrigins(app).includes(origin));
    },
  }) satisfies Configuration;

const lifetimes = ({ opaqueTokenTtl }: TenantDirectory): Configuration['ttl'] => ({
  AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? opaqueTokenTtl,
  ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? opaqueTokenTtl,
  AuthorizationCode: 60,
  IdToken: 3600,
  RefreshToken: 14 * DAY,
  Interaction: 3600,
  Session: 14 * DAY,
  Grant: 180 * DAY,
});
