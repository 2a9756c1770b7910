import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Config } from '../../config/index.js';
import { addressKey } from '../address.key.js';
import { LimitExceededError } from '../limit.errors.js';
import { setQuota } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';
import { bearerForm } from './bearer.form.js';

/** A probe that is refused restarts a process which is only busy. */
export const isProbe = ({ originalUrl }: Request): boolean => originalUrl.startsWith('/health/');

/**
 * Counts requests by address, unless an accepted token says whose they are: many users may share one address. Requests
 * without a token are counted when they arrive, those with a token once no route has asked for it.
 */
@Injectable()
export class AddressRequests {
  private readonly counter: RateCounter;

  constructor({ limits }: Config, counters: RateCounters) {
    this.counter = counters.counter({
      name: 'address',
      limit: limits.requestsPerAddress,
      windowSeconds: 60,
    });
  }

  /** @throws {LimitExceededError} 429 */
  async arrived(req: Request, res: Response): Promise<void> {
    if (bearerForm(req) === undefined) await this.count(req, res);
  }

  /**
   * The request has reached a public route, or none: its token, if it has one, is not looked at.
   * @throws {LimitExceededError} 429
   */
  async unauthenticated(req: Request, res: Response): Promise<true> {
    if (bearerForm(req) !== undefined && !isProbe(req)) await this.count(req, res);
    return true;
  }

  private async count(req: Request, res: Response): Promise<void> {
    const standing = await this.counter.count(addressKey(req.ip));
    setQuota(res, standing);
    if (standing.exceeded) throw new LimitExceededError(429, 'Too many requests from this address', standing);
  }
}
