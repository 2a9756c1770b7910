import type { RedisConnection } from '../../storage/index.js';
import type { Rate } from './rate.js';
import { RateCounter } from './rate.counter.js';
import type { SharedWindows } from './shared.windows.js';

/** Makes counters that count where this deployment does. */
export class RateCounters {
  constructor(private readonly share?: (rate: Rate) => SharedWindows) {}

  /** What counts in Redis is loaded only where there is one. */
  static async over({ client }: RedisConnection): Promise<RateCounters> {
    if (client === undefined) return new RateCounters();
    const { SharedWindows } = await import('./shared.windows.js');
    return new RateCounters((rate) => new SharedWindows(rate, client));
  }

  counter(rate: Rate): RateCounter {
    return new RateCounter(rate, this.share?.(rate));
  }
}
