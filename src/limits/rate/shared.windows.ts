import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Counted } from './memory.windows.js';
import type { Rate } from './rate.js';

/** Counts in the Redis that the nodes share. */
export class SharedWindows {
  private readonly limiter: RateLimiterRedis;

  constructor(
    private readonly rate: Rate,
    redis: Redis,
  ) {
    this.limiter = new RateLimiterRedis({
      points: rate.limit,
      duration: rate.windowSeconds,
      keyPrefix: `limit:${rate.name}`,
      storeClient: redis,
      rejectIfRedisNotReady: true,
    });
  }

  /** @throws when Redis does not answer */
  async add(key: string, points: number): Promise<Counted> {
    try {
      return this.told(await this.limiter.consume(key, points));
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return this.told(refusal);
      throw refusal;
    }
  }

  private told({ consumedPoints, msBeforeNext }: RateLimiterRes): Counted {
    return {
      count: consumedPoints,
      msLeft: Math.min(Math.max(1, msBeforeNext), this.rate.windowSeconds * 1000),
    };
  }
}
