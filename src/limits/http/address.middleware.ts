import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { addressKey } from '../address.key.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { AddressRequests, isProbe } from './address.requests.js';
import { Admissions } from './admissions.js';
import { InFlight, type Unverified } from './in.flight.js';
import { isMcpPath } from './mcp.path.js';
import { whenClosed } from './when.closed.js';

const OK = 200;
const WEBHOOK_PATH = '/webhooks/logto';

/** What comes before anybody is known: the room there is on this node, and what the address may still ask. */
@Injectable()
export class AddressMiddleware implements NestMiddleware {
  constructor(
    private readonly requests: AddressRequests,
    private readonly inFlight: InFlight,
    private readonly admissions: Admissions,
    private readonly addresses: VerifiedAddresses,
  ) {}

  /** @throws {LimitExceededError} rendered by Nest's filters, as every refusal */
  use(req: Request, res: Response, next: NextFunction): void | Promise<void> {
    if (isProbe(req)) return next();
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
    await this.requests.arrived(req, res);
    await this.inFlight.enterUnverified(res, address, kindOf(req));
    if (res.closed) return;
    if (req.originalUrl === WEBHOOK_PATH) this.keepPlaceOfLogto(res, address);
    this.admissions.watch(req, res, address);
    if (!isKnown) await this.begin(req, res, address);
    if (!res.closed) next();
  }

  /** The place is given back during a wait, so that neighbours who are not beyond the limit find one. */
  private async begin(req: Request, res: Response, address: string): Promise<void> {
    if (this.admissions.mustWait(req, address)) {
      this.inFlight.leave(res);
      await this.admissions.wait(req, res, address);
      await this.inFlight.enterUnverified(res, address, kindOf(req));
    }
    this.admissions.begin(req);
  }

  /** Only Logto can sign a webhook. Its next one must arrive while others occupy the places for bodies. */
  private keepPlaceOfLogto(res: Response, address: string): void {
    whenClosed(res, () => {
      if (res.statusCode === OK) this.addresses.add(address);
    });
  }
}

/** The MCP endpoints read a body after they have verified its sender. Other routes that take one read it from anybody. */
function kindOf({ headers, originalUrl }: Request): Unverified {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !isMcpPath(originalUrl) ? 'body' : 'check';
}
