import { describe, expect, it } from 'vitest';
import { isWhole } from './connection.js';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

describe('an answer on a kept connection', () => {
  it('ends with its length', () => {
    const answer = `${HEAD}Content-Length: 4\r\n\r\n`;
    expect([isWhole(HEAD), isWhole(`${answer}{"a`), isWhole(`${answer}{  }`)]).toEqual([false, false, true]);
  });

  it('ends with the last chunk, where it has no length', () => {
    const answer = `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`;
    expect([isWhole(answer), isWhole(`${answer}0\r\n\r\n`)]).toEqual([false, true]);
  });

  it('may have no body at all', () => {
    expect(isWhole('HTTP/1.1 202 Accepted\r\nDate: now\r\n\r\n')).toBe(true);
  });
});
