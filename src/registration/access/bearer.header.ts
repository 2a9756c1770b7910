import { RegistrationTokenError } from '../../auth/index.js';

const BEARER = /^Bearer +(?<token>[\w.~+/-]+=*)$/i;

/**
 * The token of RFC 7591 or 7592, from the header and from nowhere else.
 * @throws {RegistrationTokenError} when there is none
 */
export function bearerOf(header: string | undefined): string {
  const token = BEARER.exec(header ?? '')?.groups?.['token'];
  if (token === undefined) throw new RegistrationTokenError('missing');
  return token;
}
