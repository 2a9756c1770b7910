import { Injectable } from '@nestjs/common';
import { addressKey, LimitExceededError, type RateCounter, RateCounters } from '../limits/index.js';
import { RegistrationOptions } from './registration.options.js';

const HOUR = 3600;
const DAY = 86_400;
const EVERYBODY = 'all';

/** How many apps may be made: a tenant is shared, and a cloud one has room for few. */
@Injectable()
export class RegistrationLimits {
  private readonly address: RateCounter;
  private readonly day: RateCounter;

  constructor({ perAddress, perDay }: RegistrationOptions, counters: RateCounters) {
    this.address = counters.counter({ name: 'registration', limit: perAddress, windowSeconds: HOUR });
    this.day = counters.counter({ name: 'registration-day', limit: perDay, windowSeconds: DAY });
  }

  /** Counts an attempt, refused ones too. @throws {LimitExceededError} 429 */
  async attempt(address: string | undefined): Promise<void> {
    const standing = await this.address.count(addressKey(address));
    if (standing.exceeded) {
      throw new LimitExceededError(429, 'Too many registrations from this address', standing);
    }
  }

  /** Counts an app that is about to be made. @throws {LimitExceededError} 503 */
  async creation(): Promise<void> {
    const standing = await this.day.count(EVERYBODY);
    if (standing.exceeded) throw new LimitExceededError(503, 'Too many registrations today', standing);
  }
}
