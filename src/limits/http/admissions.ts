import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { addressKey } from '../address.key.js';
import { LimitExceededError } from '../limit.errors.js';
import { VerifiedAddresses } from '../verified.addresses.js';
import { KnownTokens } from './known.tokens.js';
import { TokenAttempts } from './token.attempts.js';
import { whenClosed } from './when.closed.js';

const UNAUTHORIZED = 401;

/** Follows a token from its arrival to the verdict on it. */
@Injectable()
export class Admissions {
  /** Ends the attempt of a request. */
  private readonly ending = new WeakMap<Request, () => void>();

  constructor(
    private readonly known: KnownTokens,
    private readonly attempts: TokenAttempts,
    private readonly addresses: VerifiedAddresses,
  ) {}

  isKnown(req: Request): boolean {
    return this.known.has(req);
  }

  /**
   * An unknown token is about to be looked at. A request without one is no attempt: it is how a client learns where
   * to get one.
   * @throws {LimitExceededError} when the address has tried too many that were refused
   */
  begin(req: Request, address: string): void {
    if (req.headers.authorization === undefined) return;
    const standing = this.attempts.begin(address);
    if (standing !== undefined) {
      throw new LimitExceededError(429, 'Too many refused access tokens from this address', standing);
    }
    this.ending.set(req, () => this.attempts.end(address));
  }

  /** Waits for the verdict, of known tokens too: they expire, and may be revoked. */
  watch(req: Request, res: Response, address: string): void {
    if (req.headers.authorization === undefined) return;
    whenClosed(res, () => void this.judge(req, res, address));
  }

  /** The guard has accepted the token. */
  accept(req: Request): void {
    // One that was known when it came has been looked up already.
    if (this.ending.has(req)) {
      this.known.accept(req);
      this.addresses.add(addressKey(req.ip));
    }
    this.end(req);
  }

  private async judge(req: Request, res: Response, address: string): Promise<void> {
    const isRefused = res.statusCode === UNAUTHORIZED;
    // Who goes before the verdict has made us ask for it all the same.
    const isAbandoned = !res.writableFinished && this.ending.has(req);
    if (isRefused) this.known.forget(req);
    if (isRefused || isAbandoned) await this.attempts.fail(address);
    this.end(req);
  }

  private end(req: Request): void {
    this.ending.get(req)?.();
    this.ending.delete(req);
  }
}
