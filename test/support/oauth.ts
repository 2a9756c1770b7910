import { createHash, randomBytes } from 'node:crypto';
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { signIn, type VisitedPage } from '../../src/dev-tenant/index.js';
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
  const { user = 'alice', client = 'smartmail-ai', scope = 'openid profile email', resource } = grant;
  const { issuer } = stack.tenant;
  const verifier = randomBytes(32).toString('base64url');
  const target: Record<string, string> = resource === undefined ? {} : { resource: stack.origin + resource };
  const url = new URL(`${issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...target,
  }).toString();
  const { redirect } = await signIn(url.href, {
    username: user,
    password: `${user}-password`,
    decision: 'authorize',
  });
  const code = new URL(redirect).searchParams.get('code');
  if (code === null) throw new Error(`No code in ${redirect}`);
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      ...target,
    }),
  });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer)
    return String(answer.access_token);
  throw new Error(`The token endpoint answered ${response.status}: ${JSON.stringify(answer)}`);
}

/** What an agent keeps between the steps of its sign-in; both SDK generations accept it. */
export class TestAgent implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT_URI;
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
  ) {
    this.clientMetadata = { client_name: 'Test agent', redirect_uris: [REDIRECT_URI], scope };
  }

  clientInformation(): OAuthClientInformationMixed {
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
