import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { Slots } from '../slots.js';
import { whenClosed } from './when.closed.js';

const ALL = '';

/**
 * The requests that this node is answering, and who of those that are known has how many of them. Streams leave as
 * soon as they are known to be ones.
 */
@Injectable()
export class InFlight {
  private readonly slots: Slots;
  private readonly shares: Slots;
  private readonly leaving = new WeakMap<ServerResponse, () => void>();

  constructor({ limits }: Config) {
    this.slots = new Slots(limits.inFlight);
    this.shares = new Slots(limits.inFlightPerPrincipal);
  }

  /** @throws {LimitExceededError} 503 */
  enter(res: ServerResponse): void {
    const leave = this.slots.take(ALL);
    if (leave === undefined) {
      throw new LimitExceededError(503, 'The server is busy', standingOf('server', this.slots));
    }
    this.leaving.set(res, leave);
    whenClosed(res, leave);
  }

  /**
   * The request that has entered turns out to be this principal's, who may have a share of the places and no more.
   * @throws {LimitExceededError} 429
   */
  claim(res: ServerResponse, key: string): void {
    const giveBack = this.shares.take(key);
    if (giveBack === undefined) {
      const message = 'Too many requests of this user and client at once';
      throw new LimitExceededError(429, message, standingOf('requests', this.shares));
    }
    const leave = this.leaving.get(res);
    this.leaving.set(res, () => {
      giveBack();
      leave?.();
    });
    whenClosed(res, giveBack);
  }

  leave(res: ServerResponse): void {
    this.leaving.get(res)?.();
  }
}

const standingOf = (name: string, { limit }: Slots) => ({
  name,
  limit,
  remaining: 0,
  resetSeconds: 1,
  exceeded: true,
});
