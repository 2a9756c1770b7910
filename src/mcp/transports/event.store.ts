import { randomBytes } from 'node:crypto';
import type { EventId, EventStore, JSONRPCMessage, StreamId } from '@modelcontextprotocol/server';

export interface ReplayLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

interface StoredEvent {
  readonly stream: StreamId;
  readonly json: string;
}

/** The SDK's name for the stream that a GET opens. */
const STANDALONE: StreamId = '_GET_stream';

/**
 * What one session has sent, so that its client can resume a stream that was cut. One store a session: with a shared
 * one, an event id would be the only thing between two users. The oldest events go first, so that an id that is still
 * known has all its successors, and a resumed stream has no gap.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 */
export class SessionEventStore implements EventStore {
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

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    // The random part makes an id unique beyond the session, so that one of another session is unknown, not ours.
    this.prefix ??= randomBytes(6).toString('base64url');
    const id = `${stream}.${this.prefix}.${(this.count += 1)}`;
    if (stream === STANDALONE && !this.listening) return id;
    const event = { stream, json: JSON.stringify(message) };
    this.events ??= new Map();
    this.events.set(id, event);
    this.bytes += event.json.length;
    this.trim(this.events);
    return id;
  }

  /** @returns nothing for an id that is forged, forgotten, or of another session; the SDK answers 400 */
  async getStreamIdForEventId(id: EventId): Promise<StreamId | undefined> {
    return this.events?.get(id)?.stream;
  }

  async replayEventsAfter(
    lastId: EventId,
    { send }: { send: (id: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    const last = this.events?.get(lastId);
    if (this.events === undefined || last === undefined) throw new Error('The event is not known any more');
    let passed = false;
    // Over the map itself, which also yields what a running call adds meanwhile.
    for (const [id, { stream, json }] of this.events) {
      if (passed && stream === last.stream && json !== PRIMING) await send(id, JSON.parse(json));
      passed ||= id === lastId;
    }
    return last.stream;
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

/** The empty event that opens a stream, so that there is an id to resume from before anything was sent. */
const PRIMING = '{}';
