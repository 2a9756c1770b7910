import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Config } from '../../config/index.js';
import {
  type Exchange,
  MessageLimiter,
  type Principal,
  type PrincipalCaps,
  PrincipalSlots,
} from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { InFlight } from './in.flight.js';
import { PrincipalRequests } from './principal.requests.js';
import { whenClosed } from './when.closed.js';

/** What is known only of a message that has been read: how many requests it holds, and whether it opens a stream. */
@Injectable()
export class MessageLimits extends MessageLimiter {
  private readonly streams = new PrincipalSlots();
  private readonly caps: PrincipalCaps;

  constructor(
    { limits }: Config,
    private readonly requests: PrincipalRequests,
    private readonly inFlight: InFlight,
  ) {
    super();
    const { streamsPerPrincipal, userFactor } = limits;
    this.caps = { maxPerPrincipal: streamsPerPrincipal, maxPerUser: streamsPerPrincipal * userFactor };
  }

  /** @throws {LimitExceededError} */
  admit({ req, res, body, principal }: Exchange): Promise<void> | void {
    if (req.method === 'GET' || isSubscription(body)) this.openStream(principal, res);
    // The guard has counted one.
    else if (Array.isArray(body) && body.length > 1)
      return this.requests.count(principal, res, body.length - 1);
  }

  /** @throws {LimitExceededError} */
  private openStream(principal: Principal, res: Response): void {
    const cap = this.streams.reachedCap(principal, this.caps);
    if (cap !== undefined) {
      const { limit, holder } = cap;
      const standing = { name: 'streams', limit, remaining: 0, resetSeconds: 5, exceeded: true };
      throw new LimitExceededError(429, `No more than ${limit} streams of ${holder}`, standing);
    }
    whenClosed(res, this.streams.take(principal));
    this.inFlight.leave(res);
  }
}

const isSubscription = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
