import { describe, expect, it } from 'vitest';
import { MemoryAnswerRegistry } from './answer.registry.js';

describe('MemoryAnswerRegistry', () => {
  it('marks an answer until its state is no longer valid', async () => {
    const registry = new MemoryAnswerRegistry();
    expect(await registry.use('a', 'alice', 600, 0)).toBe(true);
    expect(await registry.use('a', 'alice', 600, 599_999)).toBe(false);
    expect(await registry.use('b', 'alice', 600, 600_001)).toBe(true);
    expect(registry.size).toBe(1);
  });

  it('refuses when an owner has used up a share, and serves the others', async () => {
    const registry = new MemoryAnswerRegistry();
    for (let index = 0; index < 1_000; index += 1) await registry.use(`a${index}`, 'alice', 600, 0);
    await expect(registry.use('one-more', 'alice', 600, 0)).rejects.toThrow('send it again');
    expect(await registry.use('b', 'bob', 600, 0)).toBe(true);
    expect(await registry.use('one-more', 'alice', 600, 700_000)).toBe(true);
  });

  it('refuses when it is full, and forgets nothing', async () => {
    const registry = new MemoryAnswerRegistry();
    for (let index = 0; index < 50_000; index += 1)
      await registry.use(`a${index}`, `user${index % 100}`, 600, 0);
    await expect(registry.use('b', 'bob', 600, 1)).rejects.toThrow('send it again');
    expect(await registry.use('a0', 'user0', 600, 1)).toBe(false);
  });
});
