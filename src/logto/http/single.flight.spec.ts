import { describe, expect, it } from 'vitest';
import { SingleFlight } from './single.flight.js';

describe('a single flight', () => {
  it('starts once for everybody who asks meanwhile, and again afterwards', async () => {
    const flight = new SingleFlight<number>();
    let starts = 0;
    const ask = () => flight.run('key', async () => (starts += 1));
    await expect(Promise.all([ask(), ask(), ask()])).resolves.toEqual([1, 1, 1]);
    await expect(ask()).resolves.toBe(2);
  });

  it('shares a failure and does not keep it', async () => {
    const flight = new SingleFlight<number>();
    const fail = () => flight.run('key', () => Promise.reject(new Error('no')));
    const results = await Promise.allSettled([fail(), fail()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(flight.run('key', () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('keeps questions apart', async () => {
    const flight = new SingleFlight<string>();
    const answers = Promise.all(['a', 'b'].map((key) => flight.run(key, () => Promise.resolve(key))));
    await expect(answers).resolves.toEqual(['a', 'b']);
  });
});
