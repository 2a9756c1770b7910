import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../storage/index.js';
import type { Standing } from '../quota.js';
import { type Counted, MemoryWindows } from './memory.windows.js';
import type { Rate } from './rate.js';
import type { SharedWindows } from './shared.windows.js';

const MOST_EXCEEDED = 10_000;
const log = new Logger('Limits');

/**
 * Counts by key, in the Redis that the nodes share or in this process. A Redis that does not answer is replaced by a
 * count of this process alone: more lenient by the number of nodes, but never open.
 */
export class RateCounter {
  private readonly memory: MemoryWindows;
  /** Keys that are beyond their limit, and until when: a flood costs Redis nothing. */
  private readonly exceeded = new LRUCache<string, number>(atMost(MOST_EXCEEDED));

  constructor(
    private readonly rate: Rate,
    private readonly shared?: SharedWindows,
  ) {
    this.memory = new MemoryWindows(rate.windowSeconds * 1000);
  }

  /** Counts one more, or several, and tells where the key stands now: at once, unless the nodes count together. */
  count(key: string, points = 1): Standing | Promise<Standing> {
    const wait = (this.exceeded.get(key) ?? 0) - performance.now();
    if (wait > 0) return this.standing(0, wait, true);
    if (this.shared === undefined) return this.judge(key, this.memory.add(key, points));
    return this.counted(this.shared, key, points).then((counted) => this.judge(key, counted));
  }

  private judge(key: string, { count, msLeft }: Counted): Standing {
    if (count <= this.rate.limit) return this.standing(this.rate.limit - count, msLeft, false);
    this.exceeded.set(key, performance.now() + msLeft);
    // Once a window: a flood must not fill the log as well.
    log.warn({ event: 'limit.exceeded', limit: this.rate.name, key });
    return this.standing(0, msLeft, true);
  }

  private async counted(shared: SharedWindows, key: string, points: number): Promise<Counted> {
    try {
      return await shared.add(key, points);
    } catch {
      // Redis does not answer, which has been logged where it broke.
    }
    return this.memory.add(key, points);
  }

  private standing(remaining: number, ms: number, exceeded: boolean): Standing {
    // Named one by one: whatever is spread from a frozen object, as configuration is, gets a shape of its own each time.
    const { name, limit, windowSeconds } = this.rate;
    return { name, limit, windowSeconds, remaining, resetSeconds: Math.ceil(ms / 1000), exceeded };
  }
}
