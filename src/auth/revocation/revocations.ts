import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../storage/index.js';
import { InvalidTokenError } from '../auth.errors.js';

/** A user, whatever the client: `sub` is unique within an issuer only. */
export interface RevokedUser {
  readonly issuer: string;
  readonly subject: string;
}

/** Far more than users are suspended or deleted in the time. */
const MAX_USERS = 50_000;
/** No access token should live longer; a revocation that is older has nothing left to refuse. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;
/** Tokens are dated by the clock on the wall, which goes on while the machine sleeps. */
const CLOCK = { perf: { now: () => Date.now() }, ttlResolution: 0 };

interface Revocation {
  /** In milliseconds, on the clock of the issuer. */
  readonly at: number;
  readonly number: number;
}

export const userKey = ({ issuer, subject }: RevokedUser): string => JSON.stringify([issuer, subject]);

/** Users whose access has ended before their tokens expire. Known to this process alone. */
@Injectable()
export class Revocations {
  private readonly log = new Logger('Auth');
  private readonly listeners: ((user: RevokedUser) => void)[] = [];
  /** How many revocations there have been, whoever's: what was verified before one may be out of date after it. */
  private count = 0;
  private readonly revoked = new LRUCache<string, Revocation>({
    ...CLOCK,
    ...atMost(MAX_USERS),
    ttl: REMEMBERED_MS,
  });

  /** For whoever keeps something that stands on a token: verdicts, sessions, streams. */
  subscribe(listener: (user: RevokedUser) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Ends what the user has, and every JWT issued until then. The same again, or something older, changes nothing: who
   * repeats an old message cannot end what has begun since.
   */
  revoke(user: RevokedUser, at: number): void {
    const key = userKey(user);
    if (at <= Math.max(this.revoked.get(key)?.at ?? -Infinity, Date.now() - REMEMBERED_MS)) return;
    this.count += 1;
    this.revoked.set(key, { at, number: this.count });
    this.log.log({ event: 'user.revoked', subject: user.subject });
    for (const listener of this.listeners) listener(user);
  }

  /** The number of the latest revocation. */
  get latest(): number {
    return this.count;
  }

  /** Whether access of this user was revoked after the revocation of that number. */
  isRevokedSince(number: number, { issuer, subject = '' }: Pick<AuthInfo, 'issuer' | 'subject'>): boolean {
    return number !== this.count && (this.revoked.get(userKey({ issuer, subject }))?.number ?? 0) > number;
  }

  /**
   * @throws {InvalidTokenError} for a JWT of a revoked user. About an opaque token Logto itself is asked again.
   */
  check({ issuer, subject = '', claims }: AuthInfo): void {
    const at = this.revoked.get(userKey({ issuer, subject }))?.at;
    // Only an access token has an audience; a userinfo answer has none.
    if (at === undefined || claims?.['aud'] === undefined) return;
    const issuedAt = claims['iat'];
    if (typeof issuedAt === 'number' && issuedAt * 1000 > at) return;
    throw new InvalidTokenError('The access token is not active');
  }
}
