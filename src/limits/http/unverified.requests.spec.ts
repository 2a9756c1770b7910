import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { UnverifiedRequests } from './unverified.requests.js';

const POLICY = { limit: 4, kept: 1, perAddress: 2, maxWaiting: 3, maxWaitingPerAddress: 2, waitMs: 20 };
/** Of a response nothing but its end is asked for. */
const response = () => new EventEmitter() as ServerResponse;

/** What has become of a request. */
async function outcome(entered: ReturnType<UnverifiedRequests['enter']>): Promise<string> {
  const pending = Symbol('pending');
  const leave = await Promise.race([entered, new Promise((resolve) => setImmediate(resolve, pending))]);
  if (leave === pending) return 'waits';
  return leave === undefined ? 'refused' : 'runs';
}

describe('requests of unverified callers', () => {
  const enter = (requests: UnverifiedRequests, address: string, isVerified = false, res = response()) =>
    requests.enter(address, isVerified, res);

  it('of one address run a few at once; the others wait, then are refused', async () => {
    const requests = new UnverifiedRequests(POLICY);
    const seen: string[] = [];
    for (let n = 0; n < 5; n += 1) seen.push(await outcome(enter(requests, 'a')));
    expect(seen).toEqual(['runs', 'runs', 'waits', 'waits', 'refused']);
    expect(await outcome(enter(requests, 'b'))).toBe('runs');
  });

  it('run in the order in which they came, one for each that ends', async () => {
    const requests = new UnverifiedRequests({ ...POLICY, perAddress: 1, waitMs: 60_000 });
    const order: string[] = [];
    const first = await enter(requests, 'a');
    const second = Promise.resolve(enter(requests, 'a')).then((leave) => (order.push('second'), leave));
    const third = Promise.resolve(enter(requests, 'a')).then((leave) => (order.push('third'), leave));
    first?.();
    first?.();
    (await second)?.();
    (await third)?.();
    expect(order).toEqual(['second', 'third']);
    expect(await outcome(enter(requests, 'a'))).toBe('runs');
  });

  it('find the last places kept for addresses of verified callers', async () => {
    const requests = new UnverifiedRequests(POLICY);
    for (const address of ['a', 'b', 'c']) expect(await outcome(enter(requests, address))).toBe('runs');
    expect(await outcome(enter(requests, 'd'))).toBe('refused');
    expect(await outcome(enter(requests, 'd', true))).toBe('runs');
    expect(await outcome(enter(requests, 'e', true))).toBe('refused');
  });

  it('are refused when their wait is over', async () => {
    const requests = new UnverifiedRequests({ ...POLICY, perAddress: 1 });
    await enter(requests, 'a');
    expect(await enter(requests, 'a')).toBeUndefined();
  });

  it('stop waiting when their client has gone, and leave nothing behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const requests = new UnverifiedRequests({ ...POLICY, perAddress: 1 });
    const leave = await enter(requests, 'a');
    for (let n = 0; n < 10; n += 1) {
      const res = response();
      const waiting = enter(requests, 'a', false, res);
      expect(await outcome(waiting)).toBe('waits');
      res.emit('close');
      expect(await waiting).toBeUndefined();
    }
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    leave?.();
    expect(await outcome(enter(requests, 'a'))).toBe('runs');
  });
});
