import { Logger } from '@nestjs/common';
import type { Drain, DrainTimes } from './drain.js';

/** What the end of the process does, in this order. */
export interface Ending {
  readonly drain: Drain;
  readonly times: DrainTimes;
  /** Refuses new connections. */
  stopListening(): Promise<void>;
  /** Ends streams and sessions, then everything that is left. */
  close(): Promise<unknown>;
}

/** For closing what the drain has left, and for the exit. */
const CLOSE_MS = 8_000;

/** Listens to what ends a process, and lets it end in order: an answer to every call that runs. */
export class ProcessSupervisor {
  private readonly log = new Logger('Process');
  private exitCode: number | undefined;
  private rejections = 0;

  constructor(private readonly ending: Ending) {}

  watch(): void {
    // At a terminal nobody waits for a load balancer.
    process.on('SIGINT', () => this.onSignal('SIGINT', 0));
    process.on('SIGTERM', () => this.onSignal('SIGTERM', this.ending.times.delayMs));
    process.on('uncaughtException', (error) => this.onException(error));
    process.on('unhandledRejection', (reason) => this.onRejection(reason));
    // A log that nobody reads, or that has no room, must not end the service.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** Whoever asks twice does not want to wait. */
  private onSignal(signal: string, delayMs: number): void {
    if (this.exitCode !== undefined) {
      this.log.warn({ event: 'process.killed', signal });
      process.exit(1);
    }
    this.log.log({ event: 'process.draining', signal });
    void this.end(0, delayMs);
  }

  /** What failed is in a state nobody knows, so the process ends, but the calls of others may be sound. */
  private onException(error: unknown): void {
    this.log.fatal({ event: 'process.exception', error: told(error) });
    if (this.exitCode === undefined) void this.end(1, this.ending.times.delayMs);
    else this.exitCode = 1;
  }

  /** A promise that a tool has left behind is that tool's fault, and no reason to stop serving everybody else. */
  private onRejection(reason: unknown): void {
    this.rejections += 1;
    this.log.error({ event: 'process.rejection', count: this.rejections, error: told(reason) });
  }

  private async end(exitCode: number, delayMs: number): Promise<void> {
    this.exitCode = exitCode;
    const { drain, stopListening, close, times } = this.ending;
    setTimeout(() => this.giveUp(), delayMs + times.timeoutMs + CLOSE_MS);
    try {
      const abandoned = await drain.run(stopListening, { ...times, delayMs });
      if (abandoned > 0) this.log.warn({ event: 'process.abandoned', calls: abandoned });
      await close();
      this.log.log({ event: 'process.ended' });
    } catch (error) {
      this.log.error({ event: 'process.end_failed', error: told(error) });
      this.exitCode = 1;
    }
    process.exit(this.exitCode);
  }

  private giveUp(): void {
    this.log.error({ event: 'process.stuck' });
    process.exit(1);
  }
}

/** Anything can be thrown, also an object that has no text. */
function told(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return `a thrown ${typeof error} that cannot be described`;
  }
}
