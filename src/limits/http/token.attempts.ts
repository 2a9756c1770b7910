import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../config/index.js';
import { atMost } from '../../storage/index.js';
import { LimitExceededError } from '../limit.errors.js';
import type { Quota } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';
import { UnverifiedRequests } from './unverified.requests.js';

const MOST_ADDRESSES = 20_000;
/** No client waits much longer. */
const WAIT_MS = 10_000;
/**
 * The check of a JWT costs a signature, about a millisecond of one core; that of an opaque token costs two requests to
 * Logto. The pause after a refused one bounds what an address can cost: five percent of a core, or ten checks a second.
 */
const LANES = {
  jwt: { pauseMs: 20, maxWaiting: 512 },
  opaque: { pauseMs: 100, maxWaiting: 64 },
};

interface Failures {
  readonly count: number;
  /** On the clock of `performance.now()`, which nobody sets. */
  readonly until: number;
}

/** Ends an attempt. After a refused token, the next one of the lane waits for a moment. */
export type EndAttempt = (isRefused: boolean) => void;

/**
 * Refused tokens of each address. An address beyond the limit is not locked out, because good tokens may come from it as
 * well: its unknown tokens are checked one after the other, with a pause after each that is refused.
 */
@Injectable()
export class TokenAttempts {
  private readonly quota: Quota & { readonly windowSeconds: number };
  private readonly counter: RateCounter;
  /** What the shared count said last, so that it is asked only when a token has failed. */
  private readonly failed = new LRUCache<string, Failures>(atMost(MOST_ADDRESSES));
  private readonly lanes: Readonly<Record<keyof typeof LANES, UnverifiedRequests>>;

  constructor({ limits }: Config, counters: RateCounters) {
    this.quota = { name: 'failures', limit: limits.failuresPerAddress, windowSeconds: 60 };
    this.counter = counters.counter(this.quota);
    const lane = ({ maxWaiting }: { readonly maxWaiting: number }) =>
      new UnverifiedRequests({
        limit: limits.inFlight,
        kept: 0,
        perAddress: 1,
        maxWaiting: limits.inFlight,
        maxWaitingPerAddress: maxWaiting,
        waitMs: WAIT_MS,
      });
    this.lanes = { jwt: lane(LANES.jwt), opaque: lane(LANES.opaque) };
  }

  isBeyondLimit(address: string): boolean {
    const { count, until } = this.failed.get(address) ?? { count: 0, until: 0 };
    return count >= this.quota.limit && until > performance.now();
  }

  /**
   * Waits for the turn of a token whose address is beyond the limit.
   * @throws {LimitExceededError} 429, when too many wait already, or the wait was too long
   */
  async wait(form: keyof typeof LANES, address: string, res: ServerResponse): Promise<EndAttempt> {
    const leave = await this.lanes[form].enter(address, false, res);
    if (leave === undefined) {
      const standing = { ...this.quota, remaining: 0, resetSeconds: WAIT_MS / 1000, exceeded: true };
      throw new LimitExceededError(429, 'Too many refused access tokens from this address', standing);
    }
    return (isRefused) => {
      if (isRefused) setTimeout(leave, LANES[form].pauseMs).unref();
      else leave();
    };
  }

  /** A token has been refused. */
  async fail(address: string): Promise<void> {
    const { limit, remaining, resetSeconds } = await this.counter.count(address);
    this.failed.set(address, { count: limit - remaining, until: performance.now() + resetSeconds * 1000 });
  }
}
