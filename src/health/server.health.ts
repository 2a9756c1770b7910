import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { Drain } from '../edge/index.js';
import { EventLoopDelay } from './event.loop.delay.js';

const LONGEST_DELAY_MS = 1_000;

/**
 * Does this server take new work, and answer in time? Down from the first moment of its shutdown; and while something
 * holds its event loop up, because meanwhile nothing but another node can help whoever calls.
 */
@Injectable()
export class ServerHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly drain: Drain,
    private readonly eventLoop: EventLoopDelay,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('server');
    if (this.drain.draining) return indicator.down('Shutting down');
    const eventLoopDelayMs = this.eventLoop.worstMs;
    if (eventLoopDelayMs <= LONGEST_DELAY_MS) return indicator.up({ eventLoopDelayMs });
    return indicator.down({ message: 'Something holds up this process', eventLoopDelayMs });
  }
}
