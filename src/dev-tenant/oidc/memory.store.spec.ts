import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryStore } from './memory.store.js';

const frozenClock = () => {
  vi.useFakeTimers({ now: 1_000_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
};

describe('MemoryStore', () => {
  it('forgets an entry when its time is over', async () => {
    frozenClock();
    const tokens = new MemoryStore().adapter('AccessToken');
    await tokens.upsert('a', { grantId: 'g' }, 60);
    vi.advanceTimersByTime(59_999);
    expect(await tokens.find('a')).toEqual({ grantId: 'g' });
    vi.advanceTimersByTime(1);
    expect(await tokens.find('a')).toBeUndefined();
  });

  it('drops the oldest entry of a kind when there are too many', async () => {
    const store = new MemoryStore();
    const tokens = store.adapter('AccessToken');
    await store.adapter('Grant').upsert('g', {}, 60);
    for (let index = 0; index <= 5000; index += 1) await tokens.upsert(String(index), {}, 60);
    expect([await tokens.find('0'), await tokens.find('1'), await tokens.find('5000')]).toEqual([
      undefined,
      {},
      {},
    ]);
    expect(await store.adapter('Grant').find('g')).toEqual({});
  });

  it('hands out copies, so that nobody changes what is stored', async () => {
    const store = new MemoryStore();
    store.save('Grant', 'g', { openid: { scope: 'openid' } }, Infinity);
    const copy = store.find('Grant', 'g');
    Object.assign(copy?.openid ?? {}, { scope: 'changed' });
    expect(copy).toEqual({ openid: { scope: 'changed' } });
    expect(store.find('Grant', 'g')).toEqual({ openid: { scope: 'openid' } });
  });

  it('revokes by grant within one kind', async () => {
    const store = new MemoryStore();
    const [access, refresh] = [store.adapter('AccessToken'), store.adapter('RefreshToken')];
    await access.upsert('mine', { grantId: 'g' }, 60);
    await access.upsert('other', { grantId: 'h' }, 60);
    await refresh.upsert('mine', { grantId: 'g' }, 60);
    await access.revokeByGrantId('g');
    expect([await access.find('mine'), await access.find('other'), await refresh.find('mine')]).toEqual([
      undefined,
      { grantId: 'h' },
      { grantId: 'g' },
    ]);
  });

  it('shows a used refresh token as used after three seconds, counted from its first use', async () => {
    frozenClock();
    const tokens = new MemoryStore().adapter('RefreshToken');
    await tokens.upsert('r', { grantId: 'g' }, 3600);
    await tokens.consume('r');
    vi.advanceTimersByTime(2000);
    expect((await tokens.find('r'))?.consumed).toBeUndefined();
    await tokens.consume('r');
    vi.advanceTimersByTime(1000);
    expect((await tokens.find('r'))?.consumed).toBe(1000);
  });

  it('shows a used code as used at once', async () => {
    const codes = new MemoryStore().adapter('AuthorizationCode');
    await codes.upsert('c', { grantId: 'g' }, 60);
    await codes.consume('c');
    expect((await codes.find('c'))?.consumed).toEqual(expect.any(Number));
  });
});
