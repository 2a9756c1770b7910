import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Some 300 bytes each. */
const MOST_KEYS = 20_000;

/**
 * Counts in memory, for a bounded number of keys: the one that has been quiet for longest is forgotten first. Whoever
 * has that many addresses to make us forget one of them needs no second count from it.
 */
export class BoundedMemoryLimiter extends RateLimiterMemory {
  private readonly keys = new LRUCache<string, true>({
    max: MOST_KEYS,
    dispose: (_value, key, reason) => {
      if (reason === 'evict') void this.delete(key);
    },
  });

  override consume(key: string, points?: number, options?: Record<string, unknown>): Promise<RateLimiterRes> {
    this.keys.set(key, true);
    return super.consume(key, points, options);
  }
}
