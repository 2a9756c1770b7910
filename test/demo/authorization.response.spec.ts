import { describe, expect, it } from 'vitest';
import { AgentError } from '../../examples/agent/agent.errors.js';
import { checkAuthorizationResponse } from '../../examples/agent/authorization.response.js';

const issuer = 'http://localhost:3001/oidc';
const expected = { state: 'ours', issuer, issuerIsSent: true };
const response = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields);

function codeOf(query: URLSearchParams, against = expected): unknown {
  try {
    return checkAuthorizationResponse(query, against).get('code');
  } catch (error) {
    return error instanceof AgentError ? error.code : error;
  }
}

describe('the answer to an authorization request', () => {
  it('is accepted with our state and the issuer we asked', () => {
    expect(codeOf(response({ code: 'c', state: 'ours', iss: issuer }))).toBe('c');
  });

  it('is a cancellation when the redirect is bare', () => {
    expect(codeOf(response({}))).toBe('cancelled');
  });

  it.each([
    ['another state', { code: 'c', state: 'theirs', iss: issuer }],
    ['no state', { code: 'c', iss: issuer }],
    ['another state and an error', { error: 'access_denied', state: 'theirs', iss: issuer }],
  ])('is refused with %s', (_, fields) => {
    expect(codeOf(response(fields))).toBe('state_mismatch');
  });

  it.each([
    ['another issuer', { code: 'c', state: 'ours', iss: 'http://localhost:9/oidc' }],
    ['an error of another issuer', { error: 'access_denied', state: 'ours', iss: 'http://localhost:9/oidc' }],
    ['no issuer although one is promised', { code: 'c', state: 'ours' }],
  ])('is refused with %s', (_, fields) => {
    expect(codeOf(response(fields))).toBe('issuer_mismatch');
  });

  it('needs no issuer from a server that promises none', () => {
    const older = { ...expected, issuerIsSent: false };
    expect(codeOf(response({ code: 'c', state: 'ours' }), older)).toBe('c');
    expect(codeOf(response({ code: 'c', state: 'ours', iss: 'http://other/oidc' }), older)).toBe(
      'issuer_mismatch',
    );
  });

  it('passes on what the authorization server says', () => {
    const refusal = response({
      error: 'invalid_scope',
      error_description: 'requested scope is not allowed',
      state: 'ours',
      iss: issuer,
    });
    expect(() => checkAuthorizationResponse(refusal, expected)).toThrow(
      'The authorization server refused: invalid_scope (requested scope is not allowed)',
    );
  });
});
