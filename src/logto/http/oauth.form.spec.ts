import { describe, expect, it } from 'vitest';
import { basicAuthorization, isB64Token } from './oauth.form.js';

describe('what goes into an Authorization header', () => {
  it('encodes both halves of the credentials before joining them', () => {
    const [, encoded = ''] = basicAuthorization('a:b', 'sec:ret/+ %').split(' ');
    expect(Buffer.from(encoded, 'base64').toString()).toBe('a%3Ab:sec%3Aret%2F%2B+%25');
  });

  it.each(['abc', 'a-b._~+/==', 'a.b.c'])('takes %j for a token', (token) => {
    expect(isB64Token(token)).toBe(true);
  });

  it.each(['', '=', 'a b', 'a\r\nX-Evil: 1', 'a\n', 'a\0', 'ä', 'a,b', 'a"b', 'a=b', '%0d%0a'])(
    'does not take %j for a token',
    (token) => {
      expect(isB64Token(token)).toBe(false);
    },
  );
});
