import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { obtainTokens, signIn, type VisitedPage } from '../../src/dev-tenant/index.js';
import type { Stack } from './stack.js';

const REDIRECT_URI = 'http://127.0.0.1:8765/callback';

export interface Grant {
  /** A username; the password is `<username>-password`. */
  readonly user?: string;
  readonly client?: string;
  readonly scope?: string;
  /** The path of the endpoint the token is for; absent: an opaque token. */
  readonly resource?: string;
}

/** An access token as an agent gets it: authorization code with PKCE, the user signing in and consenting. */
export async function accessToken(stack: Stack, grant: Grant = {}): Promise<string> {
  const { user = 'alice', client, scope, resource } = grant;
  const { access_token } = await obtainTokens(stack.tenant.issuer, {
    user: { username: user, password: `${user}-password` },
    ...(client !== undefined && { clientId: client }),
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource: stack.origin + resource }),
  });
  return access_token;
}

/** What an agent keeps between the steps of its sign-in; both SDK generations accept it. */
export class TestAgent implements OAuthClientProvider {
  readonly clientMetadata;
  authorizationUrl: URL | undefined;
  pages: readonly VisitedPage[] = [];
  private stored: OAuthTokens | undefined;
  private verifier = '';
  private discovered: OAuthDiscoveryState | undefined;

  constructor(
    private readonly client: string,
    readonly scope: string,
    /** Old clients do not send RFC 8707's `resource`. */
    private readonly sendsResource: boolean,
    readonly redirectUrl: string = REDIRECT_URI,
  ) {
    this.clientMetadata = { client_name: 'Test agent', redirect_uris: [redirectUrl], scope };
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return { client_id: this.client };
  }

  tokens(): OAuthTokens | undefined {
    return this.stored;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.stored = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }

  // SDK 2 binds the callback to the server that was asked, and needs to remember which one that was.
  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovered;
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  codeVerifier(): string {
    return this.verifier;
  }

  async validateResourceURL(_url: string | URL, resource?: string): Promise<URL | undefined> {
    return this.sendsResource && resource !== undefined ? new URL(resource) : undefined;
  }

  /** The user follows the link, and the agent gets the parameters of the redirect. */
  async letUserSignIn(user: 'alice' | 'bob'): Promise<URLSearchParams> {
    if (this.authorizationUrl === undefined) throw new Error('The agent has not asked the user to sign in');
    const { redirect, pages } = await signIn(this.authorizationUrl.href, {
      username: user,
      password: `${user}-password`,
      decision: 'authorize',
    });
    this.pages = pages;
    return new URL(redirect).searchParams;
  }
}
