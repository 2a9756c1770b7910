import { describe, expect, it } from 'vitest';
import { exceededBound } from './json.bounds.js';

const MANY = Number.MAX_SAFE_INTEGER;
const isDeeperThan = (depth: number, json: string) =>
  exceededBound({ depth, values: MANY }, json) === 'depth';
const hasMoreThan = (values: number, json: string) =>
  exceededBound({ depth: MANY, values }, json) === 'values';

describe('the depth of a message', () => {
  it.each([
    ['[[1]]', 2],
    ['{"a":{"b":1}}', 2],
    ['[{"a":[]}]', 3],
    ['[[],[],[[]]]', 3],
  ])('counts arrays and objects alike: %s', (json, depth) => {
    expect(isDeeperThan(depth, json)).toBe(false);
    expect(isDeeperThan(depth - 1, json)).toBe(true);
  });

  it.each(['"[[[["', '{"[[[[":"{{{{"}', String.raw`{"\"[[[[":"\\"}`, String.raw`"\\\"{{{{"`])(
    'counts no bracket inside a string: %s',
    (json) => {
      expect(isDeeperThan(1, json)).toBe(false);
    },
  );

  it('sees the brackets after a string that ends in a backslash', () => {
    expect(isDeeperThan(1, String.raw`["\\",[]]`)).toBe(true);
  });

  it('is judged before the end of a megabyte of brackets', () => {
    expect(isDeeperThan(64, '['.repeat(1_048_576))).toBe(true);
  });
});

describe('the number of values in a message', () => {
  it.each(['1', '[]', '[1,2,3]', '{"a":1,"b":[2,{"c":3}]}', '[[],[],{}]'])(
    'is never underestimated: %s',
    (json) => {
      let values = 0;
      JSON.parse(json, (_key, value: unknown) => {
        values += 1;
        return value;
      });
      expect(hasMoreThan(values - 1, json)).toBe(true);
      expect(hasMoreThan(values * 2, json)).toBe(false);
    },
  );

  it('counts nothing inside a string, however long: a file is one value', () => {
    const text = JSON.stringify({ text: ',[{"\\'.repeat(200_000) });
    expect(hasMoreThan(2, text)).toBe(false);
  });
});
