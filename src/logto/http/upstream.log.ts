import { Logger } from '@nestjs/common';
import { LogtoUnavailableError, type UnavailableReason } from '../logto.errors.js';

const PAUSE_MS = 60_000;

/** What is logged about Logto: never a token, never an answer as it came. */
export interface UpstreamEvent {
  readonly event:
    | 'logto.discovery_failed'
    | 'logto.keys_failed'
    | 'logto.credentials_refused'
    | 'logto.quota_exceeded'
    | 'logto.management_forbidden';
  readonly reason: string;
  readonly detail?: string | undefined;
  /** Which variables an operator has to look at. */
  readonly variables?: string;
}

/** Says each kind of trouble at most once a minute, however many calls meet it. */
export class UpstreamLog {
  private readonly logger: Logger;
  private readonly lastSaid = new Map<string, number>();

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  /** Logto's trouble: it will pass. */
  warn(event: UpstreamEvent): void {
    if (this.isDue(event)) this.logger.warn(event);
  }

  /** Our own trouble: somebody has to change the configuration. */
  error(event: UpstreamEvent): void {
    if (this.isDue(event)) this.logger.error(event);
  }

  private isDue({ event, reason }: UpstreamEvent): boolean {
    const kind = `${event} ${reason}`;
    const now = performance.now();
    if (now - (this.lastSaid.get(kind) ?? -Infinity) < PAUSE_MS) return false;
    this.lastSaid.set(kind, now);
    return true;
  }
}

/** What a failure is called in a log line or a health answer. */
export const describeFailure = (
  error: unknown,
): { readonly reason: UnavailableReason; readonly detail?: string | undefined } =>
  error instanceof LogtoUnavailableError
    ? { reason: error.reason, detail: error.detail }
    : { reason: 'unexpected_answer' };
