import { randomBytes } from 'node:crypto';
import type {
  OAuthClientProvider as ClientProvider,
  OAuthDiscoveryState,
} from '@modelcontextprotocol/client';
import type { OAuthClientProvider as SdkProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientMetadata, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { ExpectedResponse } from './authorization.response.js';

export interface SmartMailOptions {
  readonly clientId: string;
  readonly redirectUrl: string;
  /** Ask for these scopes instead of those that the server's challenge names. */
  readonly scope?: string;
  /** Ask for a token that is bound to the server (RFC 8707), as MCP demands. Default: true. */
  readonly sendResource?: boolean;
  /** Shows the sign-in page to the user. */
  readonly openSignIn: (url: URL) => void;
}

/**
 * What the official SDKs ask of an OAuth client: who it is, and where its state lives. This one keeps everything in
 * memory; a real agent stores tokens, verifier and discovery state per user. One class serves both SDKs.
 */
export class SmartMailProvider implements SdkProvider, ClientProvider {
  readonly redirectUrl: string;
  private readonly ownState = randomBytes(16).toString('base64url');
  readonly validateResourceURL?: (serverUrl: string | URL) => Promise<undefined>;
  private saved?: OAuthTokens;
  private verifier = '';
  private discovery?: OAuthDiscoveryState;

  constructor(private readonly options: SmartMailOptions) {
    this.redirectUrl = options.redirectUrl;
    // Present only when it is wanted: with the method, the SDKs leave the choice of `resource` to it.
    if (options.sendResource === false) this.validateResourceURL = async () => undefined;
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'SmartMail AI',
      redirect_uris: [this.redirectUrl],
      // Without refresh_token here the SDK does not add offline_access to what the user is asked for.
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  /** Registered by hand in Logto's console: a public client has an id and no secret. */
  clientInformation() {
    return { client_id: this.options.clientId };
  }

  state(): string {
    return this.ownState;
  }

  redirectToAuthorization(url: URL): void {
    // The server refused a fresh token: sending the user round again would not make it better.
    if (this.saved !== undefined) return;
    // The SDKs ask for what the challenge names; an agent that needs less says so here.
    if (this.options.scope !== undefined) url.searchParams.set('scope', this.options.scope);
    this.options.openSignIn(url);
  }

  tokens(): OAuthTokens | undefined {
    return this.saved;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.saved = tokens;
  }

  codeVerifier(): string {
    return this.verifier;
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.discovery;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.discovery = state;
  }

  /** What the answer to our authorization request has to say, from the metadata that the request was built on. */
  get expectedResponse(): ExpectedResponse {
    const metadata = this.discovery?.authorizationServerMetadata;
    return {
      state: this.ownState,
      issuer: metadata?.issuer,
      issuerIsSent: metadata?.authorization_response_iss_parameter_supported === true,
    };
  }
}
