import { describe, expect, it } from 'vitest';
import {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
} from '../auth.errors.js';
import { challengeFor } from './bearer.challenge.js';

const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const SCOPES = ['openid', 'profile', 'email'];
const RESOURCE = `resource_metadata="${METADATA}"`;

describe('challengeFor', () => {
  it.each([
    {
      when: 'there is no token: a bare challenge without an error code',
      error: new MissingTokenError(),
      status: 401,
      header: `Bearer scope="openid profile email", ${RESOURCE}`,
      body: { error_description: 'Unauthorized: Send an access token in the Authorization header' },
    },
    {
      when: 'the request is malformed: no scopes, which would not cure it',
      error: new InvalidRequestError('Send one Authorization header'),
      status: 400,
      header: `Bearer error="invalid_request", error_description="Send one Authorization header", ${RESOURCE}`,
      body: { error: 'invalid_request', error_description: 'Send one Authorization header' },
    },
    {
      when: 'the token is bad',
      error: new InvalidTokenError('The access token has expired'),
      status: 401,
      header: `Bearer error="invalid_token", error_description="The access token has expired", scope="openid profile email", ${RESOURCE}`,
      body: { error: 'invalid_token', error_description: 'Unauthorized: The access token has expired' },
    },
    {
      when: 'scopes are missing: those of the operation, all at once',
      error: new InsufficientScopeError(['mail:read', 'mail:send']),
      status: 403,
      header: `Bearer error="insufficient_scope", error_description="This call needs the scope: mail:read mail:send", scope="mail:read mail:send", ${RESOURCE}`,
      body: {
        error: 'insufficient_scope',
        error_description: 'This call needs the scope: mail:read mail:send',
        scope: 'mail:read mail:send',
      },
    },
    {
      when: 'scopes are missing and others are to be kept: each once',
      error: new InsufficientScopeError(['openid', 'mail:send'], ['openid', 'mail:read']),
      status: 403,
      header: `Bearer error="insufficient_scope", error_description="This call needs the scope: openid mail:send", scope="openid mail:read mail:send", ${RESOURCE}`,
      body: {
        error: 'insufficient_scope',
        error_description: 'This call needs the scope: openid mail:send',
        scope: 'openid mail:read mail:send',
      },
    },
  ])('when $when', ({ error, status, header, body }) => {
    expect(challengeFor(error, METADATA, SCOPES)).toEqual({ status, header, body });
  });

  it('escapes quotes and backslashes, and lets no line break or foreign character into the header', () => {
    const { header } = challengeFor(new InvalidRequestError('a "b" \\ c\r\nX: y é'), METADATA, SCOPES);
    expect(header).toBe(
      String.raw`Bearer error="invalid_request", error_description="a \"b\" \\ c??X: y ?", ${RESOURCE}`,
    );
  });

  it('leaves out an empty scope parameter', () => {
    expect(challengeFor(new MissingTokenError(), METADATA, []).header).toBe(`Bearer ${RESOURCE}`);
  });
});
