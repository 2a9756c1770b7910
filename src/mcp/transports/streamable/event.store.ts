import { randomBytes } from 'node:crypto';
import type { EventId, StreamId } from '@modelcontextprotocol/server';

export interface ReplayLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

interface StoredEvent {
  readonly stream: StreamId;
  readonly json: string;
}

/** The stream that a GET opens. */
export const STANDALONE: StreamId = 'get';

/** The event that opens a stream, so that there is an id to resume from before anything was sent. It says nothing. */
const PRIMING = '';

/** What a client has missed of a stream, in its order. */
export interface Missed {
  readonly stream: StreamId;
  readonly events: readonly (readonly [id: EventId, json: string])[];
}

/**
 * What one session has sent, so that its client can resume a stream that was cut. One store a session: with a shared
 * one, an event id would be the only thing between two users. The oldest events go first, so that an id that is still
 * known has all its successors, and a resumed stream has no gap.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 */
export class SessionEventStore {
  // Made with the first event: most of what a server holds is sessions that wait.
  private events: Map<EventId, StoredEvent> | undefined;
  private prefix: string | undefined;
  private bytes = 0;
  private count = 0;
  private listening = false;

  constructor(private readonly limits: ReplayLimits) {}

  /** From now on somebody may have an event of the standalone stream to resume from. */
  listen(): void {
    this.listening = true;
  }

  /** @param json a message */
  keep(stream: StreamId, json: string): EventId {
    // The random part makes an id unique beyond the session, so that one of another session is unknown, not ours.
    this.prefix ??= randomBytes(6).toString('base64url');
    const id = `${stream}.${this.prefix}.${(this.count += 1)}`;
    if (stream === STANDALONE && !this.listening) return id;
    this.events ??= new Map();
    this.events.set(id, { stream, json });
    this.bytes += json.length;
    this.trim(this.events);
    return id;
  }

  prime(stream: StreamId): EventId {
    return this.keep(stream, PRIMING);
  }

  /** @returns nothing for an id that is forged, forgotten, or of another session */
  after(lastId: EventId): Missed | undefined {
    const last = this.events?.get(lastId);
    if (this.events === undefined || last === undefined) return undefined;
    const all = [...this.events];
    const events = all
      .slice(all.findIndex(([id]) => id === lastId) + 1)
      .filter(([, { stream, json }]) => stream === last.stream && json !== PRIMING)
      .map(([id, { json }]) => [id, json] as const);
    return { stream: last.stream, events };
  }

  clear(): void {
    this.events = undefined;
    this.bytes = 0;
  }

  private trim(events: Map<EventId, StoredEvent>): void {
    for (const [id, { json }] of events) {
      if (events.size <= this.limits.maxEvents && this.bytes <= this.limits.maxBytes) return;
      events.delete(id);
      this.bytes -= json.length;
    }
  }
}
