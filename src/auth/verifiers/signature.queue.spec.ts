import { describe, expect, it } from 'vitest';
import { VerificationBusyError } from '../auth.errors.js';
import { SignatureQueue } from './signature.queue.js';

describe('SignatureQueue', () => {
  it('lets in as many as it may at once, the others in the order in which they came', async () => {
    const queue = new SignatureQueue(2, 10);
    const [first, second] = [await queue.enter(), await queue.enter()];
    const order: string[] = [];
    const third = queue.enter().then((leave) => (order.push('third'), leave));
    const fourth = queue.enter().then((leave) => (order.push('fourth'), leave));
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    (await third)();
    (await fourth)();
    expect(order).toEqual(['third', 'fourth']);
    second();
    // All have left: both places are free again, and no third.
    await queue.enter();
    await queue.enter();
    let isIn = false;
    void queue.enter().then(() => (isIn = true));
    await Promise.resolve();
    expect(isIn).toBe(false);
  });

  it('refuses whoever would have to wait too long, until somebody leaves', async () => {
    const queue = new SignatureQueue(1, 2);
    const leave = await queue.enter();
    const waiting = [queue.enter(), queue.enter()];
    await expect(queue.enter()).rejects.toBeInstanceOf(VerificationBusyError);
    leave();
    await waiting[0];
    void queue.enter();
    await expect(queue.enter()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});
