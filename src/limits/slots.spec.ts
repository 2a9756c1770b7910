import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

describe('slots', () => {
  it('are so many for each key, and free again when they are given back', () => {
    const slots = new Slots(2);
    const first = slots.take('alice');
    expect(slots.take('alice')).toBeDefined();
    expect(slots.take('alice')).toBeUndefined();
    expect(slots.take('bob')).toBeDefined();
    first?.();
    expect(slots.take('alice')).toBeDefined();
    expect(slots.take('alice')).toBeUndefined();
  });

  it('are given back once, however often that is said', () => {
    const slots = new Slots(1);
    const leave = slots.take('alice');
    leave?.();
    const again = slots.take('alice');
    leave?.();
    expect(slots.take('alice')).toBeUndefined();
    again?.();
    expect(slots.take('alice')).toBeDefined();
  });

  it('keep nothing of a key that has nothing running', () => {
    const slots = new Slots(3);
    const leaves = Array.from({ length: 10_000 }, (_, n) => slots.take(`user-${n}`));
    expect(slots.size).toBe(10_000);
    for (const leave of leaves) leave?.();
    expect(slots.size).toBe(0);
  });
});
