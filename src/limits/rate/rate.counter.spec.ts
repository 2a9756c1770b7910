import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BoundedMemoryLimiter } from './bounded.memory.limiter.js';
import { RateCounter } from './rate.counter.js';

Logger.overrideLogger(false);
const RATE = { name: 'test', limit: 2, windowSeconds: 60 };

afterEach(() => {
  vi.useRealTimers();
});

describe('a counter in memory', () => {
  it('tells what is left, and when there is more', async () => {
    const counter = new RateCounter(RATE);
    expect(await counter.count('a')).toEqual({ ...RATE, remaining: 1, resetSeconds: 60, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ remaining: 0, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ remaining: 0, resetSeconds: 60, exceeded: true });
    expect(await counter.count('b')).toMatchObject({ remaining: 1, exceeded: false });
  });

  it('counts several at once', async () => {
    const counter = new RateCounter(RATE);
    expect(await counter.count('a', 3)).toMatchObject({ exceeded: true });
    expect(await counter.count('a')).toMatchObject({ exceeded: true });
  });

  it('begins anew when the window is over, and not before', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    const counter = new RateCounter(RATE);
    await counter.count('a', 3);
    vi.advanceTimersByTime(30_000);
    expect(await counter.count('a')).toMatchObject({ exceeded: true, resetSeconds: 30 });
    vi.advanceTimersByTime(29_000);
    expect(await counter.count('a')).toMatchObject({ exceeded: true, resetSeconds: 1 });
    vi.advanceTimersByTime(1_100);
    expect(await counter.count('a')).toMatchObject({ exceeded: false, remaining: 1 });
  });

  it('[row 131] locks nobody out for longer when the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const counter = new RateCounter(RATE);
    await counter.count('a', 2);
    vi.setSystemTime(Date.now() - 600_000);
    expect(await counter.count('a')).toMatchObject({ exceeded: true, resetSeconds: 60 });
  });

  it('forgets the key that has been quiet for longest when there are too many', async () => {
    const limiter = new BoundedMemoryLimiter({ points: 10, duration: 60 });
    for (let n = 0; n < 20_000; n += 1) await limiter.consume(`key-${n}`);
    await limiter.consume('key-0');
    for (let n = 20_000; n < 25_000; n += 1) await limiter.consume(`key-${n}`);
    expect(limiter.dump().storage).toHaveLength(20_000);
    expect(await limiter.get('key-0')).toMatchObject({ consumedPoints: 2 });
    expect(await limiter.get('key-1')).toBeNull();
  });

  it('costs as little with many keys as with one', async () => {
    const counter = new RateCounter({ ...RATE, limit: 1_000_000 });
    const time = async (keys: number) => {
      const start = performance.now();
      for (let n = 0; n < 20_000; n += 1) await counter.count(`key-${n % keys}`);
      return performance.now() - start;
    };
    await time(1);
    const one = await time(1);
    const many = await time(20_000);
    // Inserting costs more than finding, but not more the more there is.
    expect(many).toBeLessThan(Math.max(one, 20) * 20);
  });
});

describe('a counter in a Redis that is not there', () => {
  it('counts in memory, and is not open', async () => {
    const redis = new Redis('redis://127.0.0.1:1', { lazyConnect: true, enableOfflineQueue: false });
    const counter = new RateCounter(RATE, redis);
    expect(await counter.count('a')).toMatchObject({ remaining: 1, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ remaining: 0, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ exceeded: true });
    redis.disconnect();
  });
});
