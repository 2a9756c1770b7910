/** An API resource of the tenant. A `resource` parameter has to equal `indicator` byte for byte. */
export interface DevResource {
  readonly indicator: string;
  /** API permissions by name. */
  readonly scopes?: readonly string[];
  /** Lifetime of its JWTs in seconds; 3600 when absent. */
  readonly accessTokenTtl?: number;
}

/** A role gives its holder API permissions. Without `scopes` it gives every scope of every configured resource. */
export interface DevRole {
  readonly name: string;
  readonly scopes?: readonly string[];
}

/** The OIDC standard claims that Logto keeps under `profile`, by Logto's names. */
export interface DevProfile {
  readonly familyName?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly nickname?: string;
  readonly preferredUsername?: string;
  readonly profile?: string;
  readonly website?: string;
  readonly gender?: string;
  readonly birthdate?: string;
  readonly zoneinfo?: string;
  readonly locale?: string;
}

export interface DevUser {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly name?: string;
  readonly avatar?: string;
  readonly primaryEmail?: string;
  readonly primaryPhone?: string;
  readonly profile?: DevProfile;
  readonly roles?: readonly DevRole[];
}

export type DevApplicationType = 'Native' | 'SPA' | 'Traditional' | 'MachineToMachine';

export interface DevApplication {
  readonly id: string;
  readonly name: string;
  readonly type: DevApplicationType;
  /** A third-party app shows a consent page and may ask for nothing beyond the two lists below. */
  readonly isThirdParty: boolean;
  readonly redirectUris: readonly string[];
  /** User scopes besides `openid` and `offline_access`; none when absent. Only a third-party app is limited by it. */
  readonly userScopes?: readonly string[];
  /** API scopes by name; those of every configured resource when absent. Only a third-party app is limited by it. */
  readonly resourceScopes?: readonly string[];
  /** For Traditional and MachineToMachine apps. */
  readonly secret?: string;
}

/** The machine-to-machine app that may call the Management API. */
export interface DevManagement {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: string;
}

export interface DevTenantOptions {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** The origin that browsers use, where an edge stands before the tenant. Absent: its own. */
  readonly publicEndpoint?: string;
  readonly resources?: readonly DevResource[];
  /** Lifetime of access tokens for no resource, in seconds; 3600 when absent, as in Logto. */
  readonly opaqueTokenTtl?: number;
  readonly users?: readonly DevUser[];
  readonly applications?: readonly DevApplication[];
  /** Absent: nobody has credentials for the Management API. */
  readonly management?: DevManagement;
  /**
   * URL of the server's metadata with a registration endpoint. With it the tenant does what config/edge/nginx.conf does
   * for Logto, and sends registrations to `/register` of the same origin.
   */
  readonly serverMetadata?: string;
  /** Scope of authorization requests that name none, where the tenant is its own edge. Default: openid profile email. */
  readonly defaultScope?: readonly string[];
  /** Fetches client id metadata documents. Absent: over the network, https from public addresses only. */
  readonly fetchDocument?: typeof fetch;
  /** `production` is refused before anything listens. */
  readonly environment?: string;
}
