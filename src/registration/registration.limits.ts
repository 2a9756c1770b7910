import { Injectable } from '@nestjs/common';
import {
  addressKey,
  LimitExceededError,
  networkKey,
  type RateCounter,
  RateCounters,
} from '../limits/index.js';
import { RegistrationOptions } from './registration.options.js';

const HOUR = 3600;
const DAY = 86_400;
const EVERYBODY = 'all';
/** Of the registrations that the day has left. 20 addresses that take all they can leave a third of the day to others. */
const ADDRESS_SHARE = 1 / 10;
const NETWORK_SHARE = 1 / 5;

/** How many apps may be made: a tenant is shared, and a cloud one has room for few. */
@Injectable()
export class RegistrationLimits {
  private readonly address: RateCounter;
  private readonly addressDay: RateCounter;
  private readonly networkDay: RateCounter;
  private readonly day: RateCounter;

  constructor({ perAddress, perDay }: RegistrationOptions, counters: RateCounters) {
    const daily = (name: string, limit: number) => counters.counter({ name, limit, windowSeconds: DAY });
    this.address = counters.counter({ name: 'registration', limit: perAddress, windowSeconds: HOUR });
    this.addressDay = daily('registration-address-day', shareOf(perDay, ADDRESS_SHARE));
    this.networkDay = daily('registration-network-day', shareOf(perDay, NETWORK_SHARE));
    this.day = daily('registration-day', perDay);
  }

  /** Counts an attempt, refused ones too. @throws {LimitExceededError} 429 */
  async attempt(address: string | undefined): Promise<void> {
    const standing = await this.address.count(addressKey(address));
    if (standing.exceeded) {
      throw new LimitExceededError(429, 'Too many registrations from this address', standing);
    }
  }

  /**
   * Counts an app that is about to be made.
   * @throws {LimitExceededError} 429 beyond the share of the address or its network, 503 beyond that of the day
   */
  async creation(address: string | undefined): Promise<void> {
    const key = addressKey(address);
    const { remaining } = await this.day.count(EVERYBODY, 0);
    await takeShare(this.addressDay, key, shareOf(remaining, ADDRESS_SHARE), 'address');
    await takeShare(this.networkDay, networkKey(key), shareOf(remaining, NETWORK_SHARE), 'network');
    const standing = await this.day.count(EVERYBODY);
    if (standing.exceeded) throw new LimitExceededError(503, 'Too many registrations today', standing);
  }
}

/** At least one: whoever has not registered today may do so until the day has none left. */
const shareOf = (registrations: number, share: number): number =>
  Math.max(1, Math.ceil(registrations * share));

async function takeShare(counter: RateCounter, key: string, share: number, of: string): Promise<void> {
  const standing = await counter.count(key);
  const taken = standing.limit - standing.remaining;
  if (standing.exceeded || taken > share) {
    throw new LimitExceededError(429, `Too many registrations from this ${of} today`, standing);
  }
}
