import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Config } from '../../config/index.js';
import { addressKey } from '../address.key.js';
import { LimitExceededError } from '../limit.errors.js';
import { setQuota } from '../quota.js';
import type { RateCounter } from '../rate/rate.counter.js';
import { RateCounters } from '../rate/rate.counters.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { Admissions } from './admissions.js';
import { InFlight, type Unverified } from './in.flight.js';
import { isMcpPath } from './mcp.path.js';
import { whenClosed } from './when.closed.js';

const OK = 200;
const WEBHOOK_PATH = '/webhooks/logto';

/** What comes before anybody is known: the room there is on this node, and what the address may still ask. */
@Injectable()
export class AddressMiddleware implements NestMiddleware {
  private readonly requests: RateCounter;

  constructor(
    { limits }: Config,
    counters: RateCounters,
    private readonly inFlight: InFlight,
    private readonly admissions: Admissions,
    private readonly addresses: VerifiedAddresses,
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
    // Express decides whose address counts, by the proxies that the operator trusts.
    const address = addressKey(req.ip);
    const isKnown = this.admissions.isKnown(req);
    // On other routes nobody may ask whose token it is, and so how many places are its principal's already.
    if (!isKnown || !isMcpPath(req.originalUrl)) return this.admit(address, isKnown, req, res, next);
    this.inFlight.enter(res);
    this.admissions.watch(req, res, address);
    next();
  }

  private async admit(
    address: string,
    isKnown: boolean,
    req: Request,
    res: Response,
    next: NextFunction,
  ): Promise<void> {
    if (!isKnown) await this.count(address, res);
    await this.inFlight.enterUnverified(res, address, kindOf(req));
    if (res.closed) return;
    if (req.originalUrl === WEBHOOK_PATH) this.keepPlaceOfLogto(res, address);
    if (!isKnown) this.admissions.begin(req, address);
    this.admissions.watch(req, res, address);
    next();
  }

  /** Only Logto can sign a webhook. Its next one must arrive while others occupy the places for bodies. */
  private keepPlaceOfLogto(res: Response, address: string): void {
    whenClosed(res, () => {
      if (res.statusCode === OK) this.addresses.add(address);
    });
  }

  private async count(address: string, res: Response): Promise<void> {
    const standing = await this.requests.count(address);
    setQuota(res, standing);
    if (standing.exceeded) throw new LimitExceededError(429, 'Too many requests from this address', standing);
  }
}

/** The MCP endpoints read a body after they have verified its sender. Other routes that take one read it from anybody. */
function kindOf({ headers, originalUrl }: Request): Unverified {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !isMcpPath(originalUrl) ? 'body' : 'check';
}
