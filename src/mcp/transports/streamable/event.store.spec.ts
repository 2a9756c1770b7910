import { describe, expect, it } from 'vitest';
import { SessionEventStore, STANDALONE } from './event.store.js';

const LIMITS = { maxEvents: 3, maxBytes: 1_000 };
const message = (n: number, padding = ''): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'notifications/test', params: { n, padding } });

const missed = (store: SessionEventStore, id = ''): unknown[] | undefined =>
  store.after(id)?.events.map(([, json]) => JSON.parse(json).params.n);

describe('the events of a session', () => {
  it('are replayed by stream, in their order', () => {
    const store = new SessionEventStore({ ...LIMITS, maxEvents: 10 });
    const first = store.keep('a', message(1));
    store.keep('b', message(2));
    const third = store.keep('a', message(3));
    const fourth = store.keep('a', message(4));
    expect(missed(store, first)).toEqual([3, 4]);
    expect(store.after(first)?.events.map(([id]) => id)).toEqual([third, fourth]);
  });

  it('begin with one that says nothing, from which a stream can be resumed', () => {
    const store = new SessionEventStore(LIMITS);
    const priming = store.prime('a');
    store.prime('a');
    store.keep('a', message(1));
    expect(missed(store, priming)).toEqual([1]);
  });

  it('are forgotten from the oldest on when there are too many', () => {
    const store = new SessionEventStore(LIMITS);
    const ids = [1, 2, 3, 4].map((n) => store.keep('a', message(n)));
    expect(store.after(ids[0] ?? '')).toBeUndefined();
    expect(missed(store, ids[1])).toEqual([3, 4]);
  });

  it('are forgotten from the oldest on when they are too large together', () => {
    const store = new SessionEventStore(LIMITS);
    const ids = [store.keep('a', message(1)), store.keep('a', message(2, 'x'.repeat(900)))];
    expect(store.after(ids[0] ?? '')).toBeUndefined();
    expect(store.after(ids[1] ?? '')).toMatchObject({ stream: 'a' });
  });

  it('leave no gap when one alone is too large', () => {
    const store = new SessionEventStore(LIMITS);
    const before = store.keep('a', message(1));
    const large = store.keep('a', message(2, 'x'.repeat(2_000)));
    const after = store.keep('a', message(3));
    expect(store.after(before)).toBeUndefined();
    expect(store.after(large)).toBeUndefined();
    expect(store.after(after)).toMatchObject({ stream: 'a' });
  });

  it('have ids that no other session has', () => {
    const [one, two] = [new SessionEventStore(LIMITS), new SessionEventStore(LIMITS)];
    const id = one.keep('a', message(1));
    two.keep('a', message(1));
    expect(two.after(id)).toBeUndefined();
  });

  it('of the standalone stream are kept only once somebody has listened', () => {
    const store = new SessionEventStore(LIMITS);
    const unheard = store.keep(STANDALONE, message(1));
    store.listen();
    const heard = store.keep(STANDALONE, message(2));
    expect(store.after(unheard)).toBeUndefined();
    expect(store.after(heard)).toMatchObject({ stream: STANDALONE });
  });

  it('are gone when the session lets go of them, and new ones are kept', () => {
    const store = new SessionEventStore(LIMITS);
    const old = store.keep('a', message(1));
    store.clear();
    expect(store.after(old)).toBeUndefined();
    expect(store.after(store.keep('a', message(2)))).toMatchObject({ stream: 'a' });
  });
});
