import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { RedisConnection, type RedisStatus } from '../storage/index.js';

/**
 * Do the nodes share what they count? Never down: without Redis every node counts for itself, and taking all of them
 * out of traffic would make an outage of it.
 */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly redis: RedisConnection,
  ) {}

  /** Nothing where no Redis is configured. */
  checks(): (() => HealthIndicatorResult)[] {
    const status = this.redis.status();
    return status === undefined ? [] : [() => this.judge(status)];
  }

  private judge(status: RedisStatus): HealthIndicatorResult {
    const indicator = this.indicators.check('redis');
    switch (status) {
      case 'ready':
        return indicator.up();
      case 'refusing':
        return indicator.degraded('Redis answers with errors; each node counts for itself');
      case 'unreachable':
        return indicator.degraded('Redis cannot be reached; each node counts for itself');
      default:
        return status satisfies never;
    }
  }
}
