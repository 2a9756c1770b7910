import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const RESOLUTION_MS = 20;
/** A delay is remembered for one to two of these. */
const WINDOW_MS = 5_000;
const NANOSECONDS = 1_000_000;

/** How long this process has lately let everybody wait, because something computed without awaiting. */
@Injectable()
export class EventLoopDelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private histogram: IntervalHistogram | undefined;
  private timer: NodeJS.Timeout | undefined;
  private before = 0;

  /** Not earlier: what the start takes is no delay of anybody's request. */
  onApplicationBootstrap(): void {
    this.histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.histogram.enable();
    this.timer = setInterval(() => this.turn(), WINDOW_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.histogram?.disable();
  }

  /** The longest of the last five to ten seconds. */
  get worstMs(): number {
    return Math.round(Math.max(this.before, this.current()));
  }

  private current(): number {
    return (this.histogram?.max ?? 0) / NANOSECONDS;
  }

  private turn(): void {
    this.before = this.current();
    this.histogram?.reset();
  }
}
