import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CursorSeal } from './cursor.js';

const secret = randomBytes(32);
const cursors = new CursorSeal(secret);
const FAULT = expect.objectContaining({ code: -32602, message: 'The cursor is not valid for this list' });

const fault = (cursor: string, list = 'tools'): unknown => {
  try {
    return cursors.open(list, cursor);
  } catch (error) {
    return error;
  }
};

describe('a cursor', () => {
  it.each(['name', '', 'ü/%2F?#', 'x'.repeat(2_048)])('brings back where the page ended: %s', (after) => {
    expect(cursors.open('tools', cursors.seal('tools', after))).toBe(after);
  });

  it('is refused when its list is another', () => {
    expect(fault(cursors.seal('prompts', 'a'))).toEqual(FAULT);
  });

  it('is refused when it is sealed with another key, or for another purpose with the same one', () => {
    const foreign = new CursorSeal(randomBytes(32));
    expect(fault(foreign.seal('tools', 'a'))).toEqual(FAULT);
    const position = Buffer.from(JSON.stringify(['tools', 'a'])).toString('base64url');
    const seal = createHmac('sha256', secret).update(position).digest('base64url');
    expect(fault(`${position}.${seal}`)).toEqual(FAULT);
  });

  it('is refused with any one character changed, left out or added', () => {
    const cursor = cursors.seal('tools', 'name');
    for (let at = 0; at < cursor.length; at += 1) {
      const [before, after] = [cursor.slice(0, at), cursor.slice(at + 1)];
      for (const bad of [
        before + after,
        `${before}${cursor[at] === 'A' ? 'B' : 'A'}${after}`,
        `${before}~${cursor.slice(at)}`,
      ]) {
        expect(fault(bad)).toEqual(FAULT);
      }
    }
  });
});
