import { describe, expect, it } from 'vitest';
import { InvalidRequestError, InvalidTokenError, MissingTokenError } from '../auth.errors.js';
import { bearerToken, type CredentialSource } from './bearer.credentials.js';

const TOKEN = 'aZ09-._~+/==';
const FORM = 'application/x-www-form-urlencoded';

interface Given extends Partial<CredentialSource> {
  readonly authorization?: string;
}

function request({ authorization, headers, ...rest }: Given = {}): CredentialSource {
  const all = { ...headers, ...(authorization !== undefined && { authorization }) };
  const rawHeaders = Object.entries(all).flatMap(([name, value]) => [name, value]);
  return { url: '/mcp', headers: all, rawHeaders, ...rest };
}

function refusalOf(given: Given): unknown {
  try {
    return bearerToken(request(given));
  } catch (error) {
    return error;
  }
}

describe('bearerToken', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('accepts the scheme written as %s', (scheme) => {
    expect(bearerToken(request({ authorization: `${scheme} ${TOKEN}` }))).toBe(TOKEN);
  });

  it.each([
    ['no Authorization header', {}],
    ['an empty one', { authorization: '' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['another scheme that begins alike', { authorization: 'BearerX abc' }],
    ['a header of another name', { headers: { authorization_: `Bearer ${TOKEN}` } }],
  ])('sees no credentials in %s', (_, given) => {
    expect(refusalOf(given)).toBeInstanceOf(MissingTokenError);
  });

  it.each([
    ['a scheme without a token', { authorization: 'Bearer' }],
    ['a scheme and a space', { authorization: 'Bearer ' }],
    ['two words', { authorization: 'Bearer a b' }],
    ['two spaces', { authorization: `Bearer  ${TOKEN}` }],
    ['a tab', { authorization: `Bearer\t${TOKEN}` }],
    ['a tab inside', { authorization: `Bearer ${TOKEN}\tx` }],
    ['a list of credentials', { authorization: 'Bearer t, Bearer t2' }],
    ['a token in the query', { url: '/mcp?access_token=secret' }],
    ['a token in the query, encoded', { url: '/mcp?a=1&access%5Ftoken=secret' }],
    ['a token in the query as a list', { url: '/mcp?access_token[]=secret' }],
    ['an empty token in the query', { url: '/mcp?access_token=' }],
    ['tokens in header and query', { authorization: `Bearer ${TOKEN}`, url: '/mcp?access_token=secret' }],
    ['a token in a form', { headers: { 'content-type': FORM }, body: { access_token: 'secret' } }],
    [
      'tokens in header and form',
      { authorization: `Bearer ${TOKEN}`, headers: { 'content-type': FORM }, body: { access_token: 's' } },
    ],
    ['a form that nobody has read, and no header', { headers: { 'content-type': `${FORM}; charset=utf-8` } }],
  ])('calls the request invalid for %s', (_, given) => {
    expect(refusalOf(given)).toBeInstanceOf(InvalidRequestError);
  });

  it.each([
    ['of another alphabet', { authorization: 'Bearer tökén' }],
    ['with encoded line breaks', { authorization: 'Bearer a%0d%0ab' }],
    ['with a non-breaking space', { authorization: 'Bearer a\u00a0b' }],
    ['with an equals sign inside', { authorization: 'Bearer a=b' }],
    ['longer than 8 KB', { authorization: `Bearer ${'a'.repeat(8193)}` }],
  ])('calls a token invalid that is %s', (_, given) => {
    expect(refusalOf(given)).toBeInstanceOf(InvalidTokenError);
  });

  it('accepts a token of exactly 8 KB', () => {
    const token = 'a'.repeat(8192);
    expect(bearerToken(request({ authorization: `Bearer ${token}` }))).toBe(token);
  });

  it('refuses two Authorization headers, whichever of them Node keeps', () => {
    const rawHeaders = ['Authorization', `Bearer ${TOKEN}`, 'authorization', 'Bearer other'];
    expect(refusalOf({ authorization: `Bearer ${TOKEN}`, rawHeaders })).toBeInstanceOf(InvalidRequestError);
  });

  it('counts header names, not values', () => {
    const rawHeaders = ['Authorization', `Bearer ${TOKEN}`, 'X-Asked-For', 'authorization'];
    expect(bearerToken(request({ authorization: `Bearer ${TOKEN}`, rawHeaders }))).toBe(TOKEN);
  });

  it('leaves a form alone whose token is in the header', () => {
    const given = { authorization: `Bearer ${TOKEN}`, headers: { 'content-type': FORM } };
    expect(bearerToken(request({ ...given, body: { name: 'x' } }))).toBe(TOKEN);
    expect(bearerToken(request(given))).toBe(TOKEN);
  });

  it('repeats nothing that was sent', () => {
    for (const given of [
      { authorization: 'Bearer secret secret' },
      { authorization: 'Bearer secrét' },
      { url: '/mcp?access_token=secret' },
    ]) {
      expect(String(refusalOf(given))).not.toContain('secr');
    }
  });
});
