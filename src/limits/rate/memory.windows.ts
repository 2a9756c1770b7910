import { LRUCache } from 'lru-cache';
import { atMost } from '../../storage/index.js';

/** What has been counted for a key in its window, and how long that still lasts. */
export interface Counted {
  readonly count: number;
  readonly msLeft: number;
}

/** Some 200 bytes each. */
const MOST_KEYS = 20_000;

/**
 * Counts in the memory of this process, on the clock that nobody sets: the library's own memory counts on the wall
 * clock, and opens every window when that is set forward. The key that has been quiet for longest is forgotten first;
 * whoever has that many addresses to make us forget one of them needs no second count from it.
 */
export class MemoryWindows {
  private readonly windows = new LRUCache<string, { count: number; readonly until: number }>(
    atMost(MOST_KEYS),
  );

  constructor(private readonly windowMs: number) {}

  get size(): number {
    return this.windows.size;
  }

  add(key: string, points: number): Counted {
    const now = performance.now();
    const known = this.windows.get(key);
    const window =
      known !== undefined && known.until > now ? known : { count: 0, until: now + this.windowMs };
    window.count += points;
    this.windows.set(key, window);
    return { count: window.count, msLeft: window.until - now };
  }
}
