import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../../storage/index.js';
import { type Rate, RateCounter } from './rate.counter.js';

/** Makes counters that count where this deployment does. */
@Injectable()
export class RateCounters {
  constructor(private readonly redis: RedisConnection) {}

  counter(rate: Rate): RateCounter {
    return new RateCounter(rate, this.redis.client);
  }
}
