import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { SessionEventStore } from './event.store.js';

const LIMITS = { maxEvents: 3, maxBytes: 1_000 };
const message = (n: number, padding = ''): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/test',
  params: { n, padding },
});

async function replayed(store: SessionEventStore, id: string): Promise<unknown[]> {
  const messages: unknown[] = [];
  await store.replayEventsAfter(id, {
    send: async (_id, sent) => {
      messages.push('params' in sent ? sent.params?.['n'] : sent);
    },
  });
  return messages;
}

describe('the events of a session', () => {
  it('are replayed by stream, in their order', async () => {
    const store = new SessionEventStore({ ...LIMITS, maxEvents: 10 });
    const first = await store.storeEvent('a', message(1));
    await store.storeEvent('b', message(2));
    await store.storeEvent('a', message(3));
    await store.storeEvent('a', message(4));
    expect(await replayed(store, first)).toEqual([3, 4]);
    expect(await store.getStreamIdForEventId(first)).toBe('a');
  });

  it('are forgotten from the oldest on when there are too many', async () => {
    const store = new SessionEventStore(LIMITS);
    const ids = await Promise.all([1, 2, 3, 4].map((n) => store.storeEvent('a', message(n))));
    expect(await store.getStreamIdForEventId(ids[0] ?? '')).toBeUndefined();
    expect(await replayed(store, ids[1] ?? '')).toEqual([3, 4]);
  });

  it('are forgotten from the oldest on when they are too large together', async () => {
    const store = new SessionEventStore(LIMITS);
    const ids = [
      await store.storeEvent('a', message(1)),
      await store.storeEvent('a', message(2, 'x'.repeat(900))),
    ];
    expect(await store.getStreamIdForEventId(ids[0] ?? '')).toBeUndefined();
    expect(await store.getStreamIdForEventId(ids[1] ?? '')).toBe('a');
  });

  it('leave no gap when one alone is too large', async () => {
    const store = new SessionEventStore(LIMITS);
    const before = await store.storeEvent('a', message(1));
    const large = await store.storeEvent('a', message(2, 'x'.repeat(2_000)));
    const after = await store.storeEvent('a', message(3));
    expect(await store.getStreamIdForEventId(before)).toBeUndefined();
    expect(await store.getStreamIdForEventId(large)).toBeUndefined();
    expect(await store.getStreamIdForEventId(after)).toBe('a');
  });

  it('have ids that no other session has', async () => {
    const [one, two] = [new SessionEventStore(LIMITS), new SessionEventStore(LIMITS)];
    const id = await one.storeEvent('a', message(1));
    await two.storeEvent('a', message(1));
    expect(await two.getStreamIdForEventId(id)).toBeUndefined();
    await expect(replayed(two, id)).rejects.toThrow('not known');
  });

  it('of the standalone stream are kept only once somebody has listened', async () => {
    const store = new SessionEventStore(LIMITS);
    const unheard = await store.storeEvent('_GET_stream', message(1));
    store.listen();
    const heard = await store.storeEvent('_GET_stream', message(2));
    expect(await store.getStreamIdForEventId(unheard)).toBeUndefined();
    expect(await store.getStreamIdForEventId(heard)).toBe('_GET_stream');
  });

  it('include what is sent while they are being replayed', async () => {
    const store = new SessionEventStore({ ...LIMITS, maxEvents: 10 });
    const first = await store.storeEvent('a', message(1));
    await store.storeEvent('a', message(2));
    const seen: unknown[] = [];
    await store.replayEventsAfter(first, {
      send: async (_id, sent) => {
        seen.push('params' in sent ? sent.params?.['n'] : sent);
        if (seen.length === 1) await store.storeEvent('a', message(3));
      },
    });
    expect(seen).toEqual([2, 3]);
  });

  it('are gone when the session lets go of them, and new ones are kept', async () => {
    const store = new SessionEventStore(LIMITS);
    const old = await store.storeEvent('a', message(1));
    store.clear();
    expect(await store.getStreamIdForEventId(old)).toBeUndefined();
    expect(await store.getStreamIdForEventId(await store.storeEvent('a', message(2)))).toBe('a');
  });
});
