import type { ApplicationDraft, LogtoApplication } from '../../logto/index.js';
import { RegistrationError } from '../registration.errors.js';
import type { ClientMetadata } from './client.metadata.schema.js';
import { registeredName } from './client.name.js';
import { redirectKind, type RedirectRules } from './redirect.policy.js';

/** The part of an app that the client's metadata decides. */
export type ApplicationShape = Pick<
  ApplicationDraft,
  'name' | 'type' | 'redirectUris' | 'customClientMetadata'
>;

/**
 * What kind of app Logto should make. Logto matches a loopback redirect on every port for Native apps alone.
 * @throws {RegistrationError} when a redirect is not allowed
 */
export function shapeOf(metadata: ClientMetadata, rules: RedirectRules): ApplicationShape {
  const kinds = metadata.redirect_uris.map((uri) => redirectKind(uri, rules));
  if (kinds.includes(undefined)) {
    throw new RegistrationError(
      'invalid_redirect_uri',
      'Redirect URIs must be https, http on 127.0.0.1, [::1] or localhost, or of an allowed private-use scheme; without wildcards, fragments, credentials and dot segments, and in their normal form',
    );
  }
  const isNative = metadata.application_type === 'native' || kinds.some((kind) => kind !== 'https');
  const type = typeOf(metadata.token_endpoint_auth_method, isNative);
  return {
    name: registeredName(metadata.client_name),
    type,
    redirectUris: [...new Set(metadata.redirect_uris)],
    customClientMetadata: {
      rotateRefreshToken: true,
      // Logto obeys it for web apps alone; a native one asks for offline_access.
      ...(type === 'SPA' && { alwaysIssueRefreshToken: true }),
    },
  };
}

function typeOf(
  method: ClientMetadata['token_endpoint_auth_method'],
  isNative: boolean,
): ApplicationDraft['type'] {
  // The default of RFC 7591 section 2 is a secret; an app on a user's machine can keep none (RFC 8252 section 8.5).
  const isPublic = method === 'none' || (method === undefined && isNative);
  if (!isPublic) return 'Traditional';
  return isNative ? 'Native' : 'SPA';
}

/** RFC 7591 section 3.2.1: what has been registered, whatever was asked for. */
export function clientInformation(
  app: LogtoApplication,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    client_id: app.id,
    client_id_issued_at: Math.floor(app.createdAt / 1000),
    client_name: app.name,
    redirect_uris: app.oidcClientMetadata.redirectUris,
    token_endpoint_auth_method: app.type === 'Traditional' ? 'client_secret_basic' : 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: app.type === 'Native' ? 'native' : 'web',
    scope: scopes.join(' '),
  };
}
