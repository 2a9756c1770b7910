import { InvalidRequestError, InvalidTokenError, MissingTokenError } from '../auth.errors.js';

/** The parts of a request that could carry a token. `body` is there only if something has read it already. */
export interface CredentialSource {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly body?: unknown;
}

const MAX_TOKEN_LENGTH = 8192;
/** RFC 6750 section 2.1. */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const HEADER_ONLY = 'Access tokens are accepted in the Authorization header only';

/**
 * The token of the Authorization header. Tokens anywhere else are refused, not ignored: a client that sends them
 * there leaks them into logs (RFC 6750 section 5.3). No message repeats anything that was sent.
 */
export function bearerToken(request: CredentialSource): string {
  if (isInQuery(request.url)) throw new InvalidRequestError(HEADER_ONLY);
  if (isInForm(request)) throw new InvalidRequestError(HEADER_ONLY);
  const token = tokenOf(authorizationOf(request));
  if (token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('The access token is too long');
  if (/[ \t]/.test(token)) throw new InvalidRequestError('The Authorization header is malformed');
  if (!B64TOKEN.test(token)) throw new InvalidTokenError('The access token is malformed');
  return token;
}

/** Node keeps only the first of several Authorization headers, a proxy before us may have judged another one. */
function authorizationOf({ headers, rawHeaders }: CredentialSource): string {
  const count = rawHeaders.filter(
    (name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization',
  ).length;
  if (count > 1) throw new InvalidRequestError('Send one Authorization header');
  const value = headers['authorization'];
  if (typeof value !== 'string') throw new MissingTokenError();
  return value;
}

/** Another scheme is no bearer credential at all: the client learns from a bare challenge which one we want. */
function tokenOf(authorization: string): string {
  const end = authorization.search(/[^A-Za-z0-9!#$%&'*+.^_`|~-]/);
  const scheme = end === -1 ? authorization : authorization.slice(0, end);
  if (scheme.toLowerCase() !== 'bearer') throw new MissingTokenError();
  if (end === -1 || authorization[end] !== ' ' || authorization.length === end + 1) {
    throw new InvalidRequestError('The Authorization header is malformed');
  }
  return authorization.slice(end + 1);
}

function isInQuery(url: string): boolean {
  const at = url.indexOf('?');
  if (at === -1) return false;
  return [...new URLSearchParams(url.slice(at + 1)).keys()].some(isTokenName);
}

/**
 * RFC 6750 section 2.2 knows the token in a form. The body is read after this, so a form without the header is
 * refused unread: a token inside is the only credential that it could have.
 */
function isInForm({ headers, body }: CredentialSource): boolean {
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return false;
  if (typeof body !== 'object' || body === null) return headers['authorization'] === undefined;
  return Object.keys(body).some(isTokenName);
}

const isTokenName = (name: string): boolean => /^access_token(\[|$)/.test(name);
