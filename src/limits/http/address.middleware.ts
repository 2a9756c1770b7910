import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Config } from '../../config/index.js';
import { addressKey } from '../address.key.js';
import { LimitExceededError } from '../limit.errors.js';
import { setQuota } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';
import { Admissions } from './admissions.js';
import { InFlight } from './in.flight.js';

/** What comes before anybody is known: the room there is on this node, and what the address may still ask. */
@Injectable()
export class AddressMiddleware implements NestMiddleware {
  private readonly requests: RateCounter;

  constructor(
    { limits }: Config,
    counters: RateCounters,
    private readonly inFlight: InFlight,
    private readonly admissions: Admissions,
  ) {
    this.requests = counters.counter({
      name: 'address',
      limit: limits.requestsPerAddress,
      windowSeconds: 60,
    });
  }

  /** @throws {LimitExceededError} rendered by Nest's filters, as every refusal */
  use(req: Request, res: Response, next: NextFunction): void | Promise<void> {
    // A probe that is refused restarts a process which is only busy.
    if (req.originalUrl.startsWith('/health/')) return next();
    this.inFlight.enter(res);
    // Express decides whose address counts, by the proxies that the operator trusts.
    const address = addressKey(req.ip);
    if (!this.admissions.isKnown(req)) return this.admit(address, req, res, next);
    this.admissions.watch(req, res, address);
    next();
  }

  private async admit(address: string, req: Request, res: Response, next: NextFunction): Promise<void> {
    await this.count(address, res);
    if (res.closed) return;
    this.admissions.begin(req, address);
    this.admissions.watch(req, res, address);
    next();
  }

  private async count(address: string, res: Response): Promise<void> {
    const standing = await this.requests.count(address);
    setQuota(res, standing);
    if (standing.exceeded) throw new LimitExceededError(429, 'Too many requests from this address', standing);
  }
}
