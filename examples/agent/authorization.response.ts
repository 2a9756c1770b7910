import { AgentError } from './agent.errors.js';

/** What this agent expects to find again in the answer to its authorization request. */
export interface ExpectedResponse {
  readonly state: string;
  /** The issuer that the request was sent to; unknown when discovery found no metadata. */
  readonly issuer: string | undefined;
  /** Whether that issuer promises to name itself in its answers. */
  readonly issuerIsSent: boolean;
}

/**
 * Reads the query that the browser brought back (RFC 6749 §4.1.2) and answers it unchanged when it holds a code
 * that belongs to this agent's own request.
 * @throws {AgentError} when there is none
 */
export function checkAuthorizationResponse(
  query: URLSearchParams,
  expected: ExpectedResponse,
): URLSearchParams {
  // Logto's Cancel button leads to the bare redirect URI: no error, no code, no state.
  if (!query.has('code') && !query.has('error')) {
    throw new AgentError('cancelled', 'You pressed Cancel: SmartMail AI got no access.');
  }
  // RFC 6749 §10.12: an answer without our state belongs to somebody else's request.
  if (query.get('state') !== expected.state) {
    throw new AgentError('state_mismatch', 'The answer does not belong to this sign-in. Please start again.');
  }
  // RFC 9207 §2.4: looked at before code or error, so that no other server can speak for this one.
  const issuer = query.get('iss') ?? undefined;
  if (issuer === undefined ? expected.issuerIsSent : issuer !== expected.issuer) {
    throw new AgentError('issuer_mismatch', 'The answer comes from another authorization server.');
  }
  const error = query.get('error');
  if (error !== null) {
    throw new AgentError('refused', `The authorization server refused: ${error}${detail(query)}`);
  }
  return query;
}

const detail = (query: URLSearchParams): string => {
  const description = query.get('error_description');
  return description === null ? '' : ` (${description})`;
};
