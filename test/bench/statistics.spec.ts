import { describe, expect, it } from 'vitest';
import { median, percentile, slope } from './statistics.js';

describe('a median', () => {
  it('is the middle of an odd number of values, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([1, 100, 3, 5])).toBe(4);
  });

  it('is not moved by one round that went wrong', () => {
    expect(median([10, 11, 10, 12, 900])).toBe(11);
  });

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is a value that was measured', () => {
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([
      50, 99, 100,
    ]);
  });

  it('of one value is that value', () => {
    expect([percentile([7], 0), percentile([7], 0.99)]).toEqual([7, 7]);
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('a slope', () => {
  it('is what a straight line climbs', () => {
    expect(
      slope([
        [0, 5],
        [10, 25],
        [20, 45],
      ]),
    ).toBeCloseTo(2);
  });

  it('of what goes up and down around one level is nothing', () => {
    expect(
      slope([
        [0, 4],
        [1, 6],
        [2, 6],
        [3, 4],
      ]),
    ).toBeCloseTo(0);
  });

  it('of a single point is no number', () => {
    expect(slope([[1, 1]])).toBeNaN();
  });
});
