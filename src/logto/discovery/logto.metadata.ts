import type { ResolvedAuthServerConfig } from 'mcp-auth';

/** Where this process calls Logto: the paths that the discovery document names, at the back channel's origin. */
export interface BackChannel {
  readonly jwks: string;
  readonly token: string;
  readonly userinfo: string;
  readonly introspection?: string;
}

/** A discovery document that was checked: it names our issuer, and endpoints of no host but Logto's. */
export interface LogtoMetadata {
  readonly issuer: string;
  /** As mcp-auth reads it. */
  readonly server: ResolvedAuthServerConfig;
  readonly backChannel: BackChannel;
  /**
   * The whole document, fit to be published: mcp-auth keeps only the fields it knows, and Logto names its endpoints
   * after the Host header it was asked by, so they are moved to the public origin here.
   */
  readonly raw: Readonly<Record<string, unknown>>;
}
