import type { LogLevel } from '@nestjs/common';

/** Which access tokens are accepted: both kinds, only JWTs bound to this server, or only opaque ones. */
export type TokenMode = 'auto' | 'jwt' | 'userinfo';

/** Credentials of a machine-to-machine app that may call Logto's Management API. */
export interface ManagementCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The API indicator, e.g. `https://default.logto.app/api`. */
  readonly resource: string;
}

/** The Redis that the nodes of one deployment share. */
export interface RedisConfig {
  /** May hold a password. */
  readonly url: string;
  /** Begins every key. */
  readonly prefix: string;
}

/** Agents may register themselves at Logto, through this server. */
export interface RegistrationConfig {
  /** `token`: whoever shows the token below; `open`: everybody. */
  readonly mode: 'token' | 'open';
  /** The initial access token of RFC 7591. Present in mode `token` and in no other. */
  readonly token?: string;
  /** Private-use schemes that a redirect may have beside those in reverse domain order. */
  readonly schemes: readonly string[];
  /** Hosts that an https redirect may lead to. Empty: every host. */
  readonly hosts: readonly string[];
  /** Registrations an hour from one address. */
  readonly perAddress: number;
  /** Registrations a day, of everybody together. */
  readonly perDay: number;
  /** An app that nobody has used after so many days is deleted. */
  readonly unusedDays: number;
}

/** The embedded tenant, present only in development and only when no `LOGTO_ENDPOINT` is given. */
export interface DevTenantConfig {
  readonly port: number;
}

/**
 * Everything the operator may decide, parsed once from the environment and frozen.
 * The class is the injection token: `constructor(private readonly config: Config)`.
 */
export abstract class Config {
  abstract readonly environment: 'development' | 'test' | 'production';
  abstract readonly http: {
    readonly host: string;
    readonly port: number;
    /** Origin that clients use, without a trailing slash. Everything we publish is built from it. */
    readonly publicUrl: string;
    /** Browser origins, besides our own, that may call us. */
    readonly allowedOrigins: readonly string[];
    /** Names, besides our own, that may stand in `Host`. In lower case. */
    readonly allowedHosts: readonly string[];
    /** Proxies whose `X-Forwarded-For` is believed: their addresses, or how many of them stand in a row. */
    readonly trustedProxies: number | readonly string[];
    /** Absent: as many as the limit of open files allows. */
    readonly maxConnections?: number;
    /** Of one address. Absent: a share of all. */
    readonly maxConnectionsPerAddress?: number;
    readonly headersTimeoutSeconds: number;
    readonly requestTimeoutSeconds: number;
    readonly drainDelaySeconds: number;
    readonly drainTimeoutSeconds: number;
  };
  abstract readonly logto: {
    /** Logto as browsers and agents reach it, without a trailing slash. */
    readonly endpoint: string;
    /** `<endpoint>/oidc`: the only `iss` we believe. */
    readonly issuer: string;
    /** Logto as this process reaches it. Equal to `endpoint` unless a back channel is configured. */
    readonly internalEndpoint: string;
    readonly timeoutMs: number;
    readonly refreshSeconds: number;
    readonly management?: ManagementCredentials;
    /** Proves that a webhook is Logto's. Present: we are told who is suspended or deleted. */
    readonly webhookSigningKey?: string;
  };
  abstract readonly auth: {
    readonly tokenMode: TokenMode;
    /** Scopes that a challenge and the metadata ask a client to request. */
    readonly scopes: readonly string[];
    /** Client ids whose opaque tokens are accepted. Empty: those of every app of the tenant. */
    readonly allowedClients: readonly string[];
    readonly clockSkewSeconds: number;
    readonly cacheSeconds: number;
    readonly cacheEntries: number;
    /** Serve the RFC 8414 mirror that clients of 2025-03-26 look for at our own origin. */
    readonly legacyMetadata: boolean;
  };
  abstract readonly mcp: {
    /** Serve the HTTP+SSE transport of 2024-11-05. */
    readonly sse: boolean;
    readonly sessionIdleSeconds: number;
    readonly sessionMaxSeconds: number;
    readonly maxSessions: number;
    readonly maxSessionsPerPrincipal: number;
    readonly keepAliveSeconds: number;
    readonly maxBodyBytes: number;
    readonly toolTimeoutSeconds: number;
    /** Of what a tool, resource or prompt returns. */
    readonly maxResultBytes: number;
    /** Key of the seals on cursors and request states, the same on every node. Absent: random at each start. */
    readonly secret?: string;
    /** Whom a local client on stdio acts for. Nothing else reads it. */
    readonly accessToken?: string;
    readonly pageSize: number;
    /** Lists leave out what the caller's scopes do not allow. */
    readonly hideForbidden: boolean;
    readonly maxSubscriptionsPerPrincipal: number;
    readonly taskTtlSeconds: number;
    readonly maxTasks: number;
    readonly maxTasksPerPrincipal: number;
  };
  abstract readonly limits: {
    /** Requests a minute from one address, of whoever has not shown a good token. */
    readonly requestsPerAddress: number;
    /** Refused tokens a minute from one address. */
    readonly failuresPerAddress: number;
    /** Requests a minute of one principal. */
    readonly requestsPerPrincipal: number;
    /** Calls of one principal that run at once. */
    readonly callsPerPrincipal: number;
    /** Streams of one principal that stand open at once. */
    readonly streamsPerPrincipal: number;
    /** A user may have this many times the limits of one principal, through all clients together. */
    readonly userFactor: number;
    /** Requests that are answered at once, and calls that run at once. */
    readonly inFlight: number;
    /** Of these requests, those of one principal. */
    readonly inFlightPerPrincipal: number;
  };
  /** Absent: agents are registered by the operator. */
  abstract readonly registration?: RegistrationConfig;
  /** What the nodes share. Absent: there is one node, or each is on its own. */
  abstract readonly redis?: RedisConfig;
  abstract readonly log: { readonly level: LogLevel };
  abstract readonly devTenant?: DevTenantConfig;
}
