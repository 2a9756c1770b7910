import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { LogtoDiscovery, LogtoKeys } from '../logto/index.js';

/**
 * Can callers be authenticated? Up while Logto answers, degraded while we live on what it said last, down as long as
 * it has never answered.
 */
@Injectable()
export class LogtoHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly discovery: LogtoDiscovery,
    private readonly keys: LogtoKeys,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('logto');
    const parts = [this.discovery.status(), this.keys.status()];
    if (parts.some(({ known }) => !known)) return indicator.down('Logto has not been reached yet');
    if (parts.some(({ stale }) => stale))
      return indicator.degraded('Logto cannot be reached; its last answers serve');
    return indicator.up();
  }
}
