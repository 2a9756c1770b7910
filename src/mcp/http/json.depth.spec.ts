import { describe, expect, it } from 'vitest';
import { isDeeperThan } from './json.depth.js';

describe('isDeeperThan', () => {
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

  it('judges a megabyte of brackets at once', () => {
    const started = performance.now();
    expect(isDeeperThan(64, '['.repeat(1_048_576))).toBe(true);
    expect(performance.now() - started).toBeLessThan(50);
  });
});
