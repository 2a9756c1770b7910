/** The codes of RFC 7591 section 3.2.2 that are given here. */
export type RegistrationErrorCode = 'invalid_redirect_uri' | 'invalid_client_metadata';

/** A registration that is refused. The message may be read by the client; it never repeats what the client sent. */
export class RegistrationError extends Error {
  constructor(
    readonly code: RegistrationErrorCode,
    message: string,
    readonly status: 400 | 413 | 415 = 400,
  ) {
    super(message);
    this.name = 'RegistrationError';
  }
}
