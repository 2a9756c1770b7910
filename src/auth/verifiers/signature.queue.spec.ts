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

  it('lets a token that was good before go ahead, and never refuses it', async () => {
    const queue = new SignatureQueue(1, 1);
    const leave = await queue.enter();
    const order: string[] = [];
    const join = (name: string, isProven: boolean) =>
      queue.enter(isProven).then((end) => {
        order.push(name);
        end();
      });
    const all = [join('unknown', false), join('proven', true), join('proven too', true)];
    await expect(queue.enter()).rejects.toBeInstanceOf(VerificationBusyError);
    leave();
    await Promise.all(all);
    expect(order).toEqual(['proven', 'proven too', 'unknown']);
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
