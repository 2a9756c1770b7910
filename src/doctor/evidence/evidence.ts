import type { Exchange } from './exchange.js';
import type { TokenEvidence } from './token.evidence.js';

/** What is examined, and what is known of it beforehand. */
export interface Target {
  /** Endpoints that clients connect to, byte for byte; the first one stands for the server. */
  readonly urls: readonly string[];
  /** What our own configuration says; absent for a server of which we only have the URL. */
  readonly configured?: {
    readonly issuer: string;
    readonly endpoint: string;
    readonly internalEndpoint: string;
  };
  readonly skewSeconds: number;
  /** Browser origins that are meant to get in. */
  readonly origins: readonly string[];
}

/** What a client without a token meets at one endpoint. */
export interface EndpointEvidence {
  readonly url: string;
  readonly challenge: Exchange;
  /** `resource_metadata` of the challenge, as it was written. */
  readonly metadataUrl?: string;
  readonly scope?: string;
  /** The document at the place that the endpoint's own URL says (RFC 9728 §3.1). */
  readonly metadata: Exchange;
  /** The document that the challenge names, where that is another place. */
  readonly challenged?: Exchange;
}

/** What a client learns of the authorization server. */
export interface IssuerEvidence {
  readonly issuer: string;
  /** RFC 8414 §3.1, the path inserted: where a registration bridge is found. */
  readonly inserted: Exchange;
  /** OpenID Connect Discovery with the path inserted. */
  readonly insertedOidc: Exchange;
  /** OpenID Connect Discovery §4, the path appended: where Logto's own document is. */
  readonly appended: Exchange;
  /** The same by the name that this server uses. */
  readonly inside?: Exchange;
  /** What answers at `registration_endpoint`. */
  readonly registration?: Exchange;
}

/** What Logto says when asked for one of the resources. */
export interface ResourceEvidence {
  readonly url: string;
  /** Absent: nobody could be asked. */
  readonly authorize?: {
    readonly client: string;
    readonly redirectUri: string;
    readonly scope: string;
    readonly exchange: Exchange;
  };
}

/** What the Management API says; `refused` when it does not. */
export interface TenantEvidence {
  readonly indicators: readonly string[];
  readonly refused?: string;
}

export interface BrowserEvidence {
  readonly origin: string;
  readonly preflight: Exchange;
  readonly challenge: Exchange;
}

/** Everything that was seen. The checks judge it and ask nobody. */
export interface Evidence {
  readonly target: Target;
  readonly endpoints: readonly EndpointEvidence[];
  /** The metadata document at the root of the origin. */
  readonly root: Exchange;
  readonly issuer?: IssuerEvidence;
  readonly resources: readonly ResourceEvidence[];
  readonly tenant?: TenantEvidence;
  readonly browsers: readonly BrowserEvidence[];
  readonly token?: TokenEvidence;
}

/** The document that the rest of the chain stands on: what clients see, else what this server sees. */
export function discoveryOf({ issuer }: Evidence): Exchange | undefined {
  if (issuer === undefined) return undefined;
  return [issuer.appended, issuer.insertedOidc, issuer.inserted, issuer.inside].find(
    (one) => one?.answer?.status === 200 && one.answer.json !== undefined,
  );
}
