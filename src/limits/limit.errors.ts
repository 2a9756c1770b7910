import { IntrinsicException } from '@nestjs/common';
import type { Standing } from './quota.js';

/** A request that is one too many. The message may be read by the caller. */
export class LimitExceededError extends IntrinsicException {
  readonly code: 'too_many_requests' | 'temporarily_unavailable';
  readonly retryAfterSeconds: number;

  constructor(
    /** 429: this client asks for too much; 503: all of them together do. */
    readonly status: 429 | 503,
    message: string,
    readonly standing: Standing,
  ) {
    const seconds = Math.max(1, standing.resetSeconds);
    super(`${message}; try again in ${seconds} s`);
    this.name = 'LimitExceededError';
    this.code = status === 429 ? 'too_many_requests' : 'temporarily_unavailable';
    this.retryAfterSeconds = seconds;
  }
}
