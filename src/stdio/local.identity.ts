import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { AuthError, type TokenVerifier } from '../auth/index.js';
import type { Config } from '../config/index.js';

/** Whom a local client acts for. */
export interface LocalIdentity {
  readonly token: string;
  readonly auth: AuthInfo;
}

type Settings = Pick<Config, 'auth' | 'devTenant' | 'http' | 'logto' | 'mcp'>;

/**
 * The identity of the process: of MCP_ACCESS_TOKEN, held against the same rules as a token of an HTTP request; in
 * development, where there need not be one, that of the first user of the tenant that came with the process.
 * @throws {Error} when there is no token, or one that is not accepted
 */
export async function localIdentity(config: Settings, verifier: TokenVerifier): Promise<LocalIdentity> {
  const token = config.mcp.accessToken ?? (await developmentToken(config));
  try {
    return { token, auth: await verifier.verify(token) };
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    throw new Error(`The access token is refused: ${error.message}. Set a new one in MCP_ACCESS_TOKEN.`, {
      cause: error,
    });
  }
}

async function developmentToken({ auth, devTenant, http, logto }: Settings): Promise<string> {
  if (devTenant === undefined) {
    throw new Error(
      'MCP_ACCESS_TOKEN is required: over stdio there is no sign-in. Set it to an access token ' +
        `for ${http.publicUrl}/mcp.`,
    );
  }
  // On demand, like the tenant itself: the production image has neither.
  const { obtainTokens } = await import('../dev-tenant/index.js');
  const { access_token } = await obtainTokens(logto.issuer, {
    scope: auth.scopes.join(' '),
    resource: `${http.publicUrl}/mcp`,
  });
  return access_token;
}
