import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { addressKey } from '../address.key.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { KnownTokens } from './known.tokens.js';
import { AddressRequests } from './address.requests.js';
import { bearerForm } from './bearer.form.js';
import { type EndAttempt, TokenAttempts } from './token.attempts.js';
import { whenClosed } from './when.closed.js';

const UNAUTHORIZED = 401;

/** Follows a token from its arrival to the verdict on it. */
@Injectable()
export class Admissions {
  /** Ends the attempt of a request. */
  private readonly ending = new WeakMap<Request, EndAttempt>();

  constructor(
    private readonly known: KnownTokens,
    private readonly attempts: TokenAttempts,
    private readonly addresses: VerifiedAddresses,
    private readonly requests: AddressRequests,
  ) {}

  isKnown(req: Request): boolean {
    return this.known.has(req);
  }

  /** Whether the address has sent so many refused tokens that an unknown one has to wait for its turn. */
  mustWait(req: Request, address: string): boolean {
    if (!this.attempts.isBeyondLimit(address) || bearerForm(req) === undefined) return false;
    // Accepted meanwhile, with another request.
    return !this.isKnown(req);
  }

  /** @throws {LimitExceededError} 429, when there are too many tokens before this one */
  async wait(req: Request, res: Response, address: string): Promise<void> {
    const end = await this.attempts.wait(bearerForm(req) ?? 'opaque', address, res);
    this.ending.set(req, end);
    // Gone before its turn.
    if (res.closed) this.end(req, false);
  }

  /**
   * An unknown token is about to be looked at. A request without one is no attempt: it is how a client learns where
   * to get one.
   */
  begin(req: Request): void {
    if (req.headers.authorization === undefined || this.ending.has(req)) return;
    this.ending.set(req, () => undefined);
  }

  /** Waits for the verdict, of known tokens too: they expire, and may be revoked. */
  watch(req: Request, res: Response, address: string): void {
    if (req.headers.authorization === undefined) return;
    whenClosed(res, () => void this.judge(req, res, address));
  }

  /** No guard has asked for a token: the route is public. @throws {LimitExceededError} 429 */
  unauthenticated(req: Request, res: Response): Promise<true> {
    return this.requests.unauthenticated(req, res);
  }

  /** The guard has accepted the token. */
  accept(req: Request): void {
    // One that was known when it came has been looked up already.
    if (this.ending.has(req)) {
      this.known.accept(req);
      this.addresses.add(addressKey(req.ip));
    }
    this.end(req, false);
  }

  private async judge(req: Request, res: Response, address: string): Promise<void> {
    const isRefused = res.statusCode === UNAUTHORIZED;
    // Who goes before the verdict has made us ask for it all the same.
    const isAbandoned = !res.writableFinished && this.ending.has(req);
    if (isRefused) this.known.forget(req);
    this.end(req, isRefused || isAbandoned);
    if (isRefused || isAbandoned) await this.attempts.fail(address);
  }

  private end(req: Request, isRefused: boolean): void {
    this.ending.get(req)?.(isRefused);
    this.ending.delete(req);
  }
}
