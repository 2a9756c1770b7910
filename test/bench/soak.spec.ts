import { describe, expect, it } from 'vitest';
import { growthOf } from './soak.js';

const MEGABYTE = 1e6;

describe('the growth over a soak', () => {
  it('is that of the second half: the first one fills caches', () => {
    const samples = [0, 80, 100, 100, 100, 110].map((rssMb, index) => ({
      calls: index * 1_000,
      heapMb: 40,
      rssMb,
    }));
    const { heapBytesPerThousandCalls, rssGrowthPercent } = growthOf(samples);
    expect(heapBytesPerThousandCalls).toBeCloseTo(0);
    expect(rssGrowthPercent).toBeCloseTo(10);
  });

  it('shows a leak of a few bytes a call', () => {
    const samples = [0, 1, 2, 3].map((thousands) => ({
      calls: thousands * 1_000,
      heapMb: 40 + (thousands * 5_000) / MEGABYTE,
      rssMb: 100,
    }));
    expect(growthOf(samples).heapBytesPerThousandCalls).toBeCloseTo(5_000);
  });
});
