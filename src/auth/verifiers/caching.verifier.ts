import { hash } from 'node:crypto';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../storage/index.js';
import { type AuthError, InsufficientScopeError, InvalidTokenError } from '../auth.errors.js';
import { TokenVerifier } from './token.verifier.js';

/** How much a `CachingVerifier` keeps, and for how long. */
export interface CachePolicy {
  readonly entries: number;
  readonly seconds: number;
}

const REJECTED_FOR_MS = 10_000;
/** Entries are counted, but a token decides how long its claims are: 64 KB of them are still a token. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Expiry is a time of day; a monotonic clock would stand still while the machine sleeps. */
const CLOCK = { perf: { now: () => Date.now() }, ttlResolution: 0 };
/** Expiries are spread by a tenth, so that tokens which came in together are not asked about together. */
const JITTER = 0.1;
/** What a number, a reference or the head of an object takes, roughly. */
const WORD = 16;

/**
 * Remembers verdicts by the hash of the token, and asks once however many requests wait. Refusals have a store of
 * their own, so that a flood of bad tokens cannot push the good ones out. An outage is never a verdict.
 */
export class CachingVerifier extends TokenVerifier {
  private readonly accepted: LRUCache<string, AuthInfo>;
  private readonly rejected: LRUCache<string, Rejection>;
  /** Grows with each revocation: a verdict that was asked for before it is not kept. */
  private revocations = 0;
  /** Bounded by the requests in progress; each entry lives for one verification, which has a timeout. */
  private readonly inFlight = new Map<string, Promise<AuthInfo>>();

  constructor(
    private readonly inner: TokenVerifier,
    private readonly policy: CachePolicy,
  ) {
    super();
    this.accepted = new LRUCache({ ...CLOCK, max: policy.entries, maxSize: MAX_BYTES });
    this.rejected = new LRUCache({ ...CLOCK, ...atMost(policy.entries), ttl: REJECTED_FOR_MS });
  }

  override recall(token: string): AuthInfo | undefined {
    return this.accepted.get(keyOf(token));
  }

  async verify(token: string): Promise<AuthInfo> {
    const key = keyOf(token);
    const known = this.accepted.get(key);
    if (known !== undefined) return known;
    const refusal = this.rejected.get(key);
    if (refusal !== undefined) throw errorOf(refusal);
    const started = this.inFlight.get(key);
    if (started !== undefined) return started;
    const verification = this.ask(key, token).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, verification);
    return verification;
  }

  /** Asks again about every token of this user. */
  forget({ issuer, subject }: Pick<AuthInfo, 'issuer' | 'subject'>): void {
    this.revocations += 1;
    for (const [key, auth] of this.accepted.entries()) {
      if (auth.issuer === issuer && auth.subject === subject) this.accepted.delete(key);
    }
  }

  private async ask(key: string, token: string): Promise<AuthInfo> {
    const { revocations } = this;
    try {
      const auth = await this.inner.verify(token);
      const size = deepFreeze(auth);
      const ttl = revocations === this.revocations ? this.lifetimeOf(auth) : 0;
      if (ttl > 0) this.accepted.set(key, auth, { ttl, size });
      return auth;
    } catch (error) {
      const rejection = rejectionOf(error);
      if (rejection !== undefined) this.rejected.set(key, rejection);
      throw error;
    }
  }

  private lifetimeOf({ expiresAt }: AuthInfo): number {
    const spread = this.policy.seconds * 1000 * (1 - Math.random() * JITTER);
    const left = expiresAt === undefined ? Infinity : expiresAt * 1000 - Date.now();
    return Math.floor(Math.min(spread, left));
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url');

/** What is kept of a refusal. */
type Rejection = { readonly message: string } | { readonly required: readonly string[] };

/**
 * Not the error itself: its cause may hold the whole claim set of the token, and its stack, until somebody reads it,
 * the request with its connection.
 */
function rejectionOf(error: unknown): Rejection | undefined {
  if (error instanceof InvalidTokenError) return { message: error.message };
  if (error instanceof InsufficientScopeError) return { required: error.required };
  return undefined;
}

const errorOf = (rejection: Rejection): AuthError =>
  'message' in rejection
    ? new InvalidTokenError(rejection.message)
    : new InsufficientScopeError(rejection.required);

/**
 * One object serves many requests: what one of them writes must not reach another.
 * @returns about how many bytes it takes
 */
function deepFreeze(value: object): number {
  const parts: unknown[] = [value];
  let size = 0;
  // Grows while it is walked: claims nested deeper than the stack allows are no reason to fail.
  for (const part of parts) {
    size += typeof part === 'string' ? 2 * part.length : WORD;
    if (typeof part !== 'object' || part === null) continue;
    for (const [name, inner] of Object.entries(Object.freeze(part))) {
      size += WORD + 2 * name.length;
      parts.push(inner);
    }
  }
  return size;
}
