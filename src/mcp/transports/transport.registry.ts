import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Era } from '../mcp.context.js';
import { McpHttpError, SessionNotFoundError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { ownerOf, type Principal, type User, userOf } from '../principal.js';
import { Session, type SessionHandle } from './session.js';

const SWEEP_MS = 5_000;
/** A client that has not come back to a cut stream by then will not. */
const REST_MS = 120_000;

type HandleClass<Handle> = abstract new (...parameters: never[]) => Handle;

interface Taken<Handle> {
  readonly session: Session;
  readonly handle: Handle;
}

/** Holds every session, hands one out only to its owner, and ends those whose time is over. */
@Injectable()
export class TransportRegistry implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger(TransportRegistry.name);
  private readonly sessions = new Map<string, Session>();
  private readonly byOwner = new Map<string, Set<Session>>();
  private readonly byUser = new Map<string, Set<Session>>();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly options: McpOptions) {}

  onModuleInit(): void {
    this.sweeper = setInterval(() => this.sweep(performance.now()), SWEEP_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    await Promise.all([...this.sessions.values()].map((session) => this.end(session, 'shutdown')));
  }

  get size(): number {
    return this.sessions.size;
  }

  /**
   * Makes room for one more session, or refuses. Asked before anything is built, so that a refused client costs
   * nothing. A principal or user over its cap loses its own longest unused session; nobody loses one to a stranger.
   */
  admit(principal: Principal): void {
    const { max, maxPerPrincipal, maxPerUser = Infinity } = this.options.sessions;
    this.makeRoom(this.byOwner.get(ownerOf(principal)), maxPerPrincipal);
    this.makeRoom(this.byUser.get(userOf(principal)), maxPerUser);
    if (this.sessions.size >= max) {
      throw new McpHttpError(503, -32000, 'Too many sessions', { 'Retry-After': '60' });
    }
  }

  add(id: string, era: Era, principal: Principal, handle: SessionHandle): Session {
    const session = new Session(id, era, principal, handle, performance.now());
    this.sessions.set(id, session);
    for (const [index, key] of this.indexesOf(session)) {
      index.set(key, (index.get(key) ?? new Set()).add(session));
    }
    return session;
  }

  /**
   * @param kind which transport asks: a session of another transport is unknown to it
   * @throws {SessionNotFoundError} alike for an unknown session and for somebody else's
   */
  take<Handle extends SessionHandle>(
    id: unknown,
    kind: HandleClass<Handle>,
    principal: Principal,
  ): Taken<Handle> {
    const session = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (!(session?.handle instanceof kind)) throw new SessionNotFoundError();
    if (!session.isOwnedBy(principal)) {
      const { subject, clientId } = principal;
      this.log.warn({ event: 'session.foreign', era: session.era, subject, client: clientId });
      throw new SessionNotFoundError();
    }
    session.use(principal, performance.now());
    return { session, handle: session.handle };
  }

  remove(id: string): void {
    const session = this.sessions.get(id);
    if (session !== undefined) this.forget(session);
  }

  /** Ends every session of a user, through whatever client. */
  evict(user: User): void {
    for (const session of this.sessions.values()) {
      if (!session.belongsTo(user)) continue;
      this.forget(session);
      void this.end(session, 'evicted');
    }
  }

  /**
   * Ends what is over: unused, too old, or standing on a token that has expired.
   * @param now on the clock that nobody sets: a wall clock that jumps must neither end sessions nor keep them for ever
   * @param today on the wall clock, because that is what a token's expiry is written in
   */
  sweep(now: number, today = Date.now()): void {
    for (const session of this.sessions.values()) {
      if (session.isOver(now, this.options.sessions)) {
        this.forget(session);
        void this.end(session, 'expired');
        continue;
      }
      if (session.tokenExpired(today)) session.handle.closeStreams();
      if (session.isResting(now, REST_MS)) session.handle.rest();
    }
  }

  private forget(session: Session): void {
    this.sessions.delete(session.id);
    for (const [index, key] of this.indexesOf(session)) {
      const own = index.get(key);
      own?.delete(session);
      if (own?.size === 0) index.delete(key);
    }
  }

  private indexesOf({ owner, user }: Session) {
    return [[this.byOwner, owner] as const, [this.byUser, user] as const];
  }

  private makeRoom(own: ReadonlySet<Session> | undefined, limit: number): void {
    if (own === undefined || own.size < limit) return;
    const oldest = [...own].filter(({ idle }) => idle).toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)[0];
    if (oldest === undefined) {
      const message = `No more than ${limit} sessions at once`;
      throw new McpHttpError(429, -32000, message, { 'Retry-After': '60' });
    }
    this.forget(oldest);
    void this.end(oldest, 'replaced');
  }

  private async end(session: Session, reason: string): Promise<void> {
    this.log.debug({ event: 'session.closed', era: session.era, reason });
    try {
      await session.handle.close();
    } catch (error) {
      this.log.warn({ event: 'session.close_failed', era: session.era, error: String(error) });
    }
  }
}
