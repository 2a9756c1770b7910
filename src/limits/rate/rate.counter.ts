import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Quota, Standing } from '../quota.js';
import { BoundedMemoryLimiter } from './bounded.memory.limiter.js';

/** So many in a window of so many seconds, for each key. */
export interface Rate extends Quota {
  readonly windowSeconds: number;
}

const MOST_EXCEEDED = 10_000;
const log = new Logger('Limits');

/**
 * Counts by key, in the Redis that the nodes share or in this process. A Redis that does not answer is replaced by a
 * count of this process alone: more lenient by the number of nodes, but never open.
 */
export class RateCounter {
  private readonly limiter: BoundedMemoryLimiter | RateLimiterRedis;
  /** Keys that are beyond their limit, and until when: a flood costs Redis nothing. */
  private readonly exceeded = new LRUCache<string, number>({ max: MOST_EXCEEDED });

  constructor(
    private readonly rate: Rate,
    redis?: Redis,
  ) {
    const options = { points: rate.limit, duration: rate.windowSeconds, keyPrefix: `limit:${rate.name}` };
    const memory = new BoundedMemoryLimiter(options);
    this.limiter =
      redis === undefined
        ? memory
        : new RateLimiterRedis({
            ...options,
            storeClient: redis,
            rejectIfRedisNotReady: true,
            insuranceLimiter: memory,
          });
  }

  /** Counts one more, or several, and tells where the key stands now. */
  async count(key: string, points = 1): Promise<Standing> {
    const wait = (this.exceeded.get(key) ?? 0) - performance.now();
    if (wait > 0) return this.standing(0, wait, true);
    try {
      const { remainingPoints, msBeforeNext } = await this.limiter.consume(key, points);
      return this.standing(remainingPoints, msBeforeNext, false);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      // The library reckons with the wall clock: one that is set back must not lock anybody out for longer.
      const ms = Math.min(Math.max(1, refusal.msBeforeNext), this.rate.windowSeconds * 1000);
      this.exceeded.set(key, performance.now() + ms);
      // Once a window: a flood must not fill the log as well.
      log.warn({ event: 'limit.exceeded', limit: this.rate.name, key });
      return this.standing(0, ms, true);
    }
  }

  private standing(remaining: number, ms: number, exceeded: boolean): Standing {
    return { ...this.rate, remaining, resetSeconds: Math.ceil(ms / 1000), exceeded };
  }
}
