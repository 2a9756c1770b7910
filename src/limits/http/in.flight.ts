import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { type Principal, type PrincipalCaps, PrincipalSlots } from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { Slots } from '../slots.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { UnverifiedRequests } from './unverified.requests.js';
import { whenClosed } from './when.closed.js';

const ALL = '';
/** Times one check of a token that Logto does not answer, and some more. */
const WAIT_MS = 10_000;
/** A check holds no body. It lasts a millisecond, or as long as Logto lets us wait. */
const CHECKS_PER_ADDRESS = 16;
/** A body that arrives byte by byte holds its place for half a minute, and the memory of what has arrived. */
const BODIES = 256;
const BODIES_PER_ADDRESS = 4;

/** What an unverified request can make the server wait for. */
export type Unverified = 'check' | 'body';

interface Place {
  readonly isVerified: boolean;
  readonly leave: () => void;
}

/**
 * The requests that this node is answering, and who of those that are known has how many of them. Requests of verified
 * callers have places of their own, which no number of unverified ones can occupy. Streams leave as soon as they are
 * known to be ones.
 */
@Injectable()
export class InFlight {
  private readonly slots: Slots;
  private readonly shares = new PrincipalSlots();
  private readonly caps: PrincipalCaps;
  private readonly unverified: Readonly<Record<Unverified, UnverifiedRequests>>;
  private readonly places = new WeakMap<ServerResponse, Place>();

  constructor(
    { limits }: Config,
    private readonly addresses: VerifiedAddresses,
  ) {
    this.slots = new Slots(limits.inFlight);
    this.caps = {
      maxPerPrincipal: limits.inFlightPerPrincipal,
      maxPerUser: limits.inFlightPerPrincipal * limits.userFactor,
    };
    this.unverified = {
      check: unverifiedRequests(limits.inFlight, CHECKS_PER_ADDRESS),
      body: unverifiedRequests(Math.min(limits.inFlight, BODIES), BODIES_PER_ADDRESS),
    };
  }

  /**
   * A request whose token was accepted before.
   * @throws {LimitExceededError} 503
   */
  enter(res: ServerResponse): void {
    this.places.set(res, { isVerified: true, leave: this.takeSlot(res) });
  }

  /**
   * A request of a caller that is not verified, or not yet.
   * @throws {LimitExceededError} 503, at once or after a wait for earlier requests of the same address
   */
  async enterUnverified(res: ServerResponse, address: string, kind: Unverified): Promise<void> {
    const requests = this.unverified[kind];
    const leave = await requests.enter(address, this.addresses.has(address), res);
    if (leave === undefined) throw busy(requests.policy.limit);
    this.places.set(res, { isVerified: false, leave });
    whenClosed(res, leave);
  }

  /**
   * The request that has entered turns out to be this principal's, who may have a share of the places and no more.
   * @throws {LimitExceededError} 429, or 503
   */
  claim(res: ServerResponse, principal: Principal): void {
    const cap = this.shares.reachedCap(principal, this.caps);
    if (cap !== undefined) {
      const message = `Too many requests of ${cap.holder} at once`;
      throw new LimitExceededError(429, message, standingOf('requests', cap.limit));
    }
    const giveBack = this.shares.take(principal);
    whenClosed(res, giveBack);
    const place = this.places.get(res);
    const leave = place?.isVerified === false ? this.takeSlot(res) : place?.leave;
    if (place?.isVerified === false) place.leave();
    this.places.set(res, {
      isVerified: true,
      leave: () => {
        giveBack();
        leave?.();
      },
    });
  }

  leave(res: ServerResponse): void {
    this.places.get(res)?.leave();
  }

  private takeSlot(res: ServerResponse): () => void {
    const leave = this.slots.take(ALL);
    if (leave === undefined) throw busy(this.slots.limit);
    whenClosed(res, leave);
    return leave;
  }
}

const unverifiedRequests = (limit: number, perAddress: number): UnverifiedRequests =>
  new UnverifiedRequests({
    limit,
    kept: Math.floor(limit / 4),
    perAddress,
    maxWaiting: limit,
    maxWaitingPerAddress: Math.ceil(limit / 2),
    waitMs: WAIT_MS,
  });

const busy = (limit: number): LimitExceededError =>
  new LimitExceededError(503, 'The server is busy', standingOf('server', limit));

const standingOf = (name: string, limit: number) => ({
  name,
  limit,
  remaining: 0,
  resetSeconds: 1,
  exceeded: true,
});
