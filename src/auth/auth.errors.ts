/**
 * A request that may not pass. `code` is stable, `message` may be read by the caller, `cause` is for the log only.
 * Only `BearerFilter` turns one into an answer.
 */
export abstract class AuthError extends Error {
  abstract readonly code: string;
  abstract readonly status: 400 | 401 | 403;
}

/** There are no bearer credentials at all, which is not a fault of the client (RFC 6750 section 3.1). */
export class MissingTokenError extends AuthError {
  override readonly name = 'MissingTokenError';
  readonly code = 'missing_token';
  readonly status = 401;

  constructor(options?: ErrorOptions) {
    super('Send an access token in the Authorization header', options);
  }
}

/** The credentials are malformed or sent in a place that is not allowed. The token itself was not looked at. */
export class InvalidRequestError extends AuthError {
  override readonly name = 'InvalidRequestError';
  readonly code = 'invalid_request';
  readonly status = 400;
}

/** The token is not one that this server accepts. "We cannot check" is another error: `LogtoUnavailableError`. */
export class InvalidTokenError extends AuthError {
  override readonly name = 'InvalidTokenError';
  readonly code = 'invalid_token';
  readonly status = 401;
}

/** The token is good, but not for this operation. */
export class InsufficientScopeError extends AuthError {
  override readonly name = 'InsufficientScopeError';
  readonly code = 'insufficient_scope';
  readonly status = 403;
  /** What the client should ask for, all of it at once. */
  readonly scopes: readonly string[];

  /**
   * @param required every scope of the operation
   * @param kept scopes that the client should ask for again: one that replaces its scopes with those of the
   * challenge would lose them otherwise
   */
  constructor(
    readonly required: readonly string[],
    kept: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(`This call needs the scope: ${required.join(' ')}`, options);
    this.scopes = [...new Set([...kept, ...required])];
  }
}

/** Too many tokens wait to be verified: nothing is said about this one (503). */
export class VerificationBusyError extends Error {
  override readonly name = 'VerificationBusyError';
  readonly code = 'temporarily_unavailable';
  readonly retryAfterSeconds = 1;

  constructor() {
    super('Too many access tokens are being checked, try again later');
  }
}

/**
 * The token of a registration (RFC 7591, RFC 7592) is missing or wrong. It is no access token for a resource, so the
 * challenge leads to no place where one could be had.
 */
export class RegistrationTokenError extends AuthError {
  override readonly name = 'RegistrationTokenError';
  readonly code = 'invalid_token';
  readonly status = 401;

  constructor(readonly fault: 'missing' | 'invalid') {
    super(
      fault === 'missing'
        ? 'Send the token of the registration in the Authorization header'
        : 'The token of the registration is not accepted',
    );
  }
}
