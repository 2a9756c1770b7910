import type { Logger } from '@nestjs/common';

const PAUSE_MS = 60_000;

/** Warns at most once a minute about an event that callers can cause at will. Each single one is in the debug log. */
export class ThrottledWarning {
  private count = 0;
  /** On the clock of `performance.now()`. */
  private nextAt = -Infinity;

  constructor(
    private readonly log: Logger,
    private readonly event: string,
  ) {}

  /** The warning carries how many events there have been since the previous one. */
  report(now = performance.now()): void {
    this.count += 1;
    this.log.debug({ event: this.event });
    if (now < this.nextAt) return;
    this.log.warn({ event: this.event, count: this.count });
    this.count = 0;
    this.nextAt = now + PAUSE_MS;
  }
}
