import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { Drain } from '../edge/index.js';

/** Does this server take new work? Down from the first moment of its shutdown. */
@Injectable()
export class DrainHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly drain: Drain,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('server');
    return this.drain.draining ? indicator.down('Shutting down') : indicator.up();
  }
}
