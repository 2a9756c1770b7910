import {
  type AuthError,
  InsufficientScopeError,
  InvalidRequestError,
  MissingTokenError,
  RegistrationTokenError,
} from '../auth.errors.js';

/** What the client is told: a status, the value of `WWW-Authenticate` and a body of JSON. */
export interface Challenge {
  readonly status: number;
  readonly header: string;
  readonly body: { readonly error?: string; readonly error_description: string; readonly scope?: string };
}

const REGISTRATION = { realm: 'registration' };

/**
 * RFC 6750 section 3 and RFC 9728 section 5.1.
 * @param metadataUrl document of the resource that was asked for
 * @param scopes what a client without a usable token should ask for
 */
export function challengeFor(error: AuthError, metadataUrl: string, scopes: readonly string[]): Challenge {
  const challenge = describe(error, metadataUrl, scopes);
  if (challenge.status !== 401) return challenge;
  // MCP Inspector before 1.0 starts a sign-in only if the text of the error contains "401" or "Unauthorized".
  const error_description = `Unauthorized: ${challenge.body.error_description}`;
  return { ...challenge, body: { ...challenge.body, error_description } };
}

function describe(error: AuthError, metadataUrl: string, scopes: readonly string[]): Challenge {
  const description = { error_description: error.message };
  const where = { resource_metadata: metadataUrl };
  if (error instanceof MissingTokenError) {
    // No code and no description in the header: the client did nothing wrong yet (RFC 6750 section 3.1).
    return { status: error.status, header: bearer({ scope: scopes.join(' '), ...where }), body: description };
  }
  if (error instanceof RegistrationTokenError && error.fault === 'missing') {
    return { status: error.status, header: bearer(REGISTRATION), body: description };
  }
  const code = { error: error.code };
  if (error instanceof RegistrationTokenError) {
    const header = bearer({ ...REGISTRATION, ...code, ...description });
    return { status: error.status, header, body: { ...code, ...description } };
  }
  if (error instanceof InvalidRequestError) {
    // Other scopes would not cure a malformed request.
    const header = bearer({ ...code, ...description, ...where });
    return { status: error.status, header, body: { ...code, ...description } };
  }
  const isScope = error instanceof InsufficientScopeError;
  const scope = { scope: (isScope ? error.scopes : scopes).join(' ') };
  const header = bearer({ ...code, ...description, ...scope, ...where });
  return { status: error.status, header, body: { ...code, ...description, ...(isScope && scope) } };
}

function bearer(parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return `Bearer ${given.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`;
}

/** RFC 9110 section 5.6.4. What a quoted-string cannot hold becomes a question mark, so that no header can be split. */
const quoted = (value: string): string =>
  `"${value.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
