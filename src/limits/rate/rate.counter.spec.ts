import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryWindows } from './memory.windows.js';
import { RateCounter } from './rate.counter.js';
import { SharedWindows } from './shared.windows.js';

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

  it.each([
    ['back', -600_000],
    ['forward', 600_000],
  ])('[row 131] neither locks anybody out nor lets anybody in when the clock is set %s', async (_way, ms) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const counter = new RateCounter(RATE);
    await counter.count('a', 2);
    vi.setSystemTime(Date.now() + ms);
    expect(await counter.count('a')).toMatchObject({ exceeded: true, resetSeconds: 60 });
    vi.setSystemTime(Date.now() - 2 * ms);
    expect(await counter.count('a')).toMatchObject({ exceeded: true, resetSeconds: 60 });
  });

  it('forgets the key that has been quiet for longest when there are too many', async () => {
    const windows = new MemoryWindows(60_000);
    for (let n = 0; n < 20_000; n += 1) windows.add(`key-${n}`, 1);
    windows.add('key-0', 1);
    for (let n = 20_000; n < 25_000; n += 1) windows.add(`key-${n}`, 1);
    expect(windows.size).toBe(20_000);
    expect(windows.add('key-0', 1)).toMatchObject({ count: 3 });
    expect(windows.add('key-1', 1)).toMatchObject({ count: 1 });
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
    const counter = new RateCounter(RATE, new SharedWindows(RATE, redis));
    expect(await counter.count('a')).toMatchObject({ remaining: 1, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ remaining: 0, exceeded: false });
    expect(await counter.count('a')).toMatchObject({ exceeded: true });
    redis.disconnect();
  });
});
