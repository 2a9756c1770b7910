import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../config/index.js';
import { atMost } from '../../storage/index.js';
import type { Quota, Standing } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';

const MOST_ADDRESSES = 20_000;

interface Failures {
  readonly count: number;
  /** On the clock of `performance.now()`, which nobody sets. */
  readonly until: number;
}

/**
 * How many unknown tokens an address may still try. Those that are being looked at count as refused until they are
 * found good: a thousand sent at once must not all be looked at because none has failed yet.
 */
@Injectable()
export class TokenAttempts {
  private readonly quota: Quota & { readonly windowSeconds: number };
  private readonly counter: RateCounter;
  /** What the shared count said last, so that it is asked only when a token has failed. */
  private readonly failed = new LRUCache<string, Failures>(atMost(MOST_ADDRESSES));
  /** No larger than the number of requests in flight. */
  private readonly pending = new Map<string, number>();

  constructor({ limits }: Config, counters: RateCounters) {
    this.quota = { name: 'failures', limit: limits.failuresPerAddress, windowSeconds: 60 };
    this.counter = counters.counter(this.quota);
  }

  /** @returns where the address stands, when it may try no more */
  begin(address: string): Standing | undefined {
    const { count, until } = this.failed.get(address) ?? { count: 0, until: 0 };
    const waitMs = Math.max(0, until - performance.now());
    const failed = waitMs === 0 ? 0 : count;
    const pending = this.pending.get(address) ?? 0;
    if (failed + pending < this.quota.limit) {
      this.pending.set(address, pending + 1);
      return undefined;
    }
    // Those that are being looked at may turn out good in a moment.
    const resetSeconds = failed >= this.quota.limit ? Math.ceil(waitMs / 1000) : 1;
    return { ...this.quota, remaining: 0, resetSeconds, exceeded: true };
  }

  /** Each `begin` that was let through needs one `end`. */
  end(address: string): void {
    const left = (this.pending.get(address) ?? 1) - 1;
    if (left === 0) this.pending.delete(address);
    else this.pending.set(address, left);
  }

  /** A token has been refused. */
  async fail(address: string): Promise<void> {
    const { limit, remaining, resetSeconds } = await this.counter.count(address);
    this.failed.set(address, { count: limit - remaining, until: performance.now() + resetSeconds * 1000 });
  }
}
