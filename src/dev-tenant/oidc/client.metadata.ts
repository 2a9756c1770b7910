import type { ClientMetadata } from 'oidc-provider';
import type { ApplicationRecord } from '../directory/application.record.js';

export const SIGNING_ALGORITHM = 'ES384';

/** What Logto turns an application into for its OIDC provider. */
export function clientMetadata(app: ApplicationRecord): ClientMetadata {
  const isPublic = app.type === 'Native' || app.type === 'SPA';
  const isMachine = app.type === 'MachineToMachine';
  return {
    client_id: app.id,
    client_name: app.name,
    ...(app.secret !== undefined && { client_secret: app.secret }),
    application_type: app.type === 'Native' ? 'native' : 'web',
    token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_basic',
    grant_types: isMachine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: isMachine ? [] : ['code'],
    redirect_uris: [...app.redirectUris],
    post_logout_redirect_uris: [...app.postLogoutRedirectUris],
    id_token_signed_response_alg: SIGNING_ALGORITHM,
    // A `scope` in the metadata is a ceiling: an OIDC scope outside it is `invalid_scope`.
    ...(app.isThirdParty && { scope: ['openid', 'offline_access', ...app.userScopes].join(' ') }),
  };
}

/** Browser origins that may call the token and userinfo endpoints with this app's codes and tokens. */
export function allowedOrigins(app: ApplicationRecord): string[] {
  const { corsAllowedOrigins } = app.customClientMetadata;
  const configured = Array.isArray(corsAllowedOrigins)
    ? corsAllowedOrigins.filter((origin): origin is string => typeof origin === 'string')
    : [];
  const redirects = app.redirectUris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri).origin);
  // A custom scheme has the opaque origin "null", which every sandboxed frame shares.
  return [...configured, ...redirects].filter((origin) => origin !== 'null');
}
