import type { Principal } from '../principal.js';
import { ownerOf, type User, userOf } from '../principal.js';
import type { Era } from '../mcp.context.js';

/** What the registry does to the transport behind a session. */
export interface SessionHandle {
  /** Ends everything that belongs to the session. */
  close(): Promise<void>;
  /** Lets go of what can be spared, when nobody has used the session for a while. */
  rest(): void;
  /** Ends the streams that stand open, when the token they were opened with expires. */
  closeStreams(): void;
}

/** One client's standing conversation. It belongs to the principal that opened it and to nobody else. */
export class Session {
  readonly owner: string;
  readonly user: string;
  private lastUsed: number;
  private tokenExpiresAt: number | undefined;
  /** Requests being answered and streams standing open: a session with any is not idle. */
  private busy = 0;

  constructor(
    readonly id: string,
    readonly era: Era,
    principal: Principal,
    readonly handle: SessionHandle,
    /** Like every time of a session: milliseconds of `performance.now()`. */
    readonly openedAt: number,
  ) {
    this.owner = ownerOf(principal);
    this.user = userOf(principal);
    this.lastUsed = openedAt;
    this.tokenExpiresAt = principal.expiresAt;
  }

  isOwnedBy(principal: Principal): boolean {
    return this.owner === ownerOf(principal);
  }

  belongsTo(user: User): boolean {
    return this.user === userOf(user);
  }

  /** Each use proves the owner anew; a refreshed token lets open streams live until the later expiry. */
  use(principal: Principal, now: number): void {
    this.lastUsed = now;
    if (principal.expiresAt === undefined) this.tokenExpiresAt = undefined;
    else if (this.tokenExpiresAt !== undefined)
      this.tokenExpiresAt = Math.max(this.tokenExpiresAt, principal.expiresAt);
  }

  /** Marks the session as busy until the returned function is called. */
  hold(): () => void {
    this.busy += 1;
    return () => {
      this.busy -= 1;
      this.lastUsed = performance.now();
    };
  }

  get idle(): boolean {
    return this.busy === 0;
  }

  get lastUsedAt(): number {
    return this.lastUsed;
  }

  isOver(now: number, limits: { readonly idleMs: number; readonly maxAgeMs: number }): boolean {
    return now - this.openedAt >= limits.maxAgeMs || (this.idle && now - this.lastUsed >= limits.idleMs);
  }

  isResting(now: number, afterMs: number): boolean {
    return this.idle && now - this.lastUsed >= afterMs;
  }

  /** @param today milliseconds since the epoch */
  tokenExpired(today: number): boolean {
    return this.tokenExpiresAt !== undefined && today >= this.tokenExpiresAt * 1000;
  }
}
