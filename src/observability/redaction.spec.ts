import { describe, expect, it } from 'vitest';
import { LONGEST_LINE, redactionOf } from './redaction.js';

const redact = redactionOf(['hunter2"secret', undefined]);
const OPAQUE = 'O'.repeat(43);

describe('a line of the log', () => {
  it.each([
    ['a JWT: eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln!', 'a JWT: [redacted]!'],
    ['%22eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln%22', '%22[redacted]%22'],
    ['eyJeyJeyJeyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0', '[redacted]'],
    [`${'eyJ'.repeat(9_000)}.x`, '[redacted]'],
    ['wss://user:pass@host and ://user@host', 'wss://[redacted]@host and ://[redacted]@host'],
    ['Authorization: Bearer abc.def~1', 'Authorization: Bearer [redacted]'],
    ['{"headers":{"authorization":"Basic dXNlcjpw"}}', '{"headers":{"authorization":"Basic [redacted]"}}'],
    ['connect redis://:pass@host:1', 'connect redis://[redacted]@host:1'],
    ['{"config":{"data":"client_secret=s3cr3t&x=1"}}', '{"config":{"data":"client_secret=[redacted]&x=1"}}'],
    ['{"refresh_token":"r-1","password":"p4ss"}', '{"refresh_token":"[redacted]","password":"[redacted]"}'],
    ['GET /callback?code=c0de&a=1', 'GET /callback?code=[redacted]&a=1'],
    [`opaque ${OPAQUE}.`, 'opaque [redacted].'],
    ['known hunter2"secret and hunter2\\"secret', 'known [redacted] and [redacted]'],
  ])('[row 117] holds no credential: %s', (line, expected) => {
    expect(redact(line)).toBe(expected);
  });

  it.each([
    '{"event":"token.rejected","reason":"invalid_token"}',
    '{"event":"limit.exceeded","key":"abcdefghijklmnopqrstuv"}',
    'Error: connect ECONNREFUSED 127.0.0.1:6379\\n    at Socket (node:net:1:2)',
    'heyJude.txt and eyJ and eyJhbGciOiJub25lIn0',
    'eyJ'.repeat(10_000),
    'https://host:1/path and a@b',
    `a name of 42 or 44 letters: ${'a'.repeat(42)} ${'a'.repeat(44)}`,
  ])('keeps what it is for: %s', (line) => {
    expect(redact(line)).toBe(line);
  });

  it('[row 116] stays one line, and no command, for whoever reads it', () => {
    expect(redact('a\u2028b\u2029c\u001b[31md\u009b1me\u0085f\rg')).toBe(
      'a\\u2028b\\u2029c\\u001b[31md\\u009b1me\\u0085f\\u000dg',
    );
  });

  it('is not searched for ever', () => {
    for (const text of ['eyJ', 'a://', 'token=', 'bearer ', '-'.repeat(43)]) {
      expect(redact(text.repeat(500_000 / text.length)).length).toBeLessThan(2 * LONGEST_LINE);
    }
  });
});
