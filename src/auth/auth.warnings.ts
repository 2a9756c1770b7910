import type { Config } from '../config/index.js';

/** One line for the log of the start: what is open, and how to close it. */
export interface AuthWarning {
  readonly event: 'auth.unbound_tokens';
  readonly message: string;
  readonly cure: string;
}

/**
 * An opaque token names no resource. Accepted without asking for its client, the token of any app of the tenant that
 * a user ever signed in to can call every tool here.
 */
export function unboundTokensWarning(config: Config): AuthWarning | undefined {
  if (config.auth.tokenMode === 'jwt' || config.auth.allowedClients.length > 0) return undefined;
  const isClientKnown = config.logto.management !== undefined;
  const credentials = isClientKnown ? '' : ', LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET';
  // Logto's userinfo endpoint does not say which client a token was issued to.
  const shared = isClientKnown ? '' : ', and all agents of one user share their sessions and tasks';
  return {
    event: 'auth.unbound_tokens',
    message: `Opaque access tokens are accepted from every app of the Logto tenant${shared}`,
    cure: `Set AUTH_TOKEN_MODE=jwt, or AUTH_ALLOWED_CLIENTS${credentials}`,
  };
}
