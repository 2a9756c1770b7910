/** Why Logto could not be asked: a closed set, so that it can stand in a log line or a metric label. */
export type UnavailableReason =
  | 'not_yet_known'
  | 'network'
  | 'timeout'
  | 'redirect'
  | 'rate_limited'
  | 'server_error'
  | 'too_large'
  | 'not_json'
  | 'unexpected_answer'
  | 'invalid_metadata'
  | 'issuer_mismatch'
  | 'foreign_endpoint'
  | 'invalid_keys'
  | 'key_not_yet_asked_for'
  | 'no_credentials'
  | 'quota_exceeded'
  | 'credentials_refused';

interface UnavailableOptions {
  readonly cause?: unknown;
  readonly detail?: string | undefined;
  readonly retryAfterSeconds?: number;
}

/**
 * "We cannot check" (503): says nothing about the token. A client that read this as 401 would throw away a good token
 * and sign its user in again, so the two must never be mixed up.
 */
export class LogtoUnavailableError extends Error {
  readonly code = 'logto_unavailable';
  readonly retryAfterSeconds: number;

  /** For the log: what an operator needs to find the fault. Never a token, never for the caller. */
  readonly detail?: string;

  constructor(
    readonly reason: UnavailableReason,
    { cause, detail, retryAfterSeconds = 5 }: UnavailableOptions = {},
  ) {
    super('The identity provider cannot be asked at the moment, try again later', { cause });
    this.name = 'LogtoUnavailableError';
    // A full tenant stays full until somebody makes room in it.
    this.retryAfterSeconds = reason === 'quota_exceeded' ? 3600 : retryAfterSeconds;
    if (detail !== undefined) this.detail = detail;
  }
}

/** The error codes of RFC 6750 §3.1 that speak about a token. */
export type TokenRejectedCode = 'invalid_token' | 'insufficient_scope';

/** "The token is bad" (401, or 403 for `insufficient_scope`): Logto was asked, or need not be. */
export class TokenRejectedError extends Error {
  readonly code: TokenRejectedCode;
  /** The scopes that would do, for `insufficient_scope`. */
  readonly scope?: string;

  constructor(
    message: string,
    options: { readonly code?: TokenRejectedCode; readonly scope?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'TokenRejectedError';
    this.code = options.code ?? 'invalid_token';
    if (options.scope !== undefined) this.scope = options.scope;
  }
}

/** The Management API refused a change, or had no place for it: the operator has to decide something. */
export class ManagementRefusedError extends Error {
  constructor(
    /** Such as `POST /api/resources`. */
    readonly request: string,
    readonly status: number,
    /** Logto's own, such as `resource.resource_identifier_in_use`. */
    readonly code: string | undefined,
  ) {
    super(`Logto answered ${request} with ${status}${code === undefined ? '' : ` ${code}`}`);
    this.name = 'ManagementRefusedError';
  }
}

/** Logto does not take an application: its metadata is at fault, and asking again would not help. */
export class ApplicationRefusedError extends Error {
  readonly code = 'application_refused';

  constructor() {
    super('Logto does not accept this application');
    this.name = 'ApplicationRefusedError';
  }
}
