import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefreshLoop } from './refresh.loop.js';

const fail = () => Promise.reject(new Error('down'));

describe('the refresh loop', () => {
  let runs: number;
  let task: () => Promise<void>;
  let loop: RefreshLoop;
  const begin = (run: () => Promise<void>, everyMs: number) => {
    task = run;
    loop = new RefreshLoop(() => {
      runs += 1;
      return task();
    }, everyMs);
    return loop.start(1000);
  };

  beforeEach(() => {
    runs = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    loop.stop();
    vi.useRealTimers();
  });

  it('returns as soon as the first attempt is over', async () => {
    await begin(() => Promise.resolve(), 300_000);
    expect(runs).toBe(1);
  });

  it('does not wait longer than told for the first attempt', async () => {
    const started = begin(() => new Promise(() => undefined), 300_000);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(started).resolves.toBeUndefined();
  });

  it('tries again at least every two seconds until the first success', async () => {
    await begin(fail, 300_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toBeGreaterThanOrEqual(30);
    expect(runs).toBeLessThan(60);
  });

  it('falls into its rhythm after the first success', async () => {
    await begin(() => Promise.resolve(), 300_000);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(runs).toBe(2);
  });

  it('asks a Logto that was known and fell silent no oftener than about twice a minute', async () => {
    await begin(() => Promise.resolve(), 300_000);
    task = fail;
    await vi.advanceTimersByTimeAsync(300_000);
    const before = runs;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(runs - before).toBeGreaterThanOrEqual(19);
    expect(runs - before).toBeLessThanOrEqual(28);
  });

  it('does nothing more once stopped', async () => {
    await begin(() => Promise.resolve(), 10_000);
    loop.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does nothing more when stopped during an attempt', async () => {
    let finish: () => void = () => undefined;
    const started = begin(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      10_000,
    );
    loop.stop();
    finish();
    await started;
    expect(vi.getTimerCount()).toBe(0);
  });
});
