import { Logger } from '@nestjs/common';
import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/server';
import { cancelledBy, isRequestId } from '../cancellation.js';
import { invalidRequest, isInitialize, isRequest } from '../http/rpc.message.js';
import { McpHttpError } from '../mcp.errors.js';
import { BATCH_REVISION } from '../revisions.js';

/** More than any agent waits for at once. */
const MOST_WAITING = 256;
const log = new Logger('Sessions');

/**
 * What one session is waiting for, in both directions. The protocol object files everything under an id alone: a second
 * request with the id of one that is still being answered would take the first one's answer away.
 */
export class SessionRequests {
  private readonly answering = new Set<RequestId>();
  private readonly asked = new Set<RequestId>();
  private revision: string | undefined;

  /** Listens to what the server sends, so it has to be made before the server is connected. */
  constructor(
    transport: Pick<Transport, 'send' | 'setProtocolVersion'>,
    private readonly batches: 'batches' | 'no batches',
  ) {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      this.sent(message);
      return send(message, options);
    };
    transport.setProtocolVersion = (revision) => {
      this.revision = revision;
    };
  }

  /**
   * Notes what a body asks for, until it is answered or cancelled.
   * @throws {McpHttpError} when the session cannot take it
   */
  take(body: unknown): void {
    const messages = this.messagesOf(body);
    const ids = messages.filter(isRequest).map(({ id }) => id);
    if (messages.some(isInitialize) && this.revision !== undefined) {
      throw invalidRequest('The session is initialized already');
    }
    if (ids.some((id) => this.answering.has(id))) {
      // Under this id the client waits for the response to the earlier request.
      throw invalidRequest('A request with this id is still being answered', { id: null });
    }
    if (this.answering.size + ids.length > MOST_WAITING) {
      throw new McpHttpError(429, -32000, `No more than ${MOST_WAITING} requests at once`, {
        'Retry-After': '1',
      });
    }
    for (const id of ids) this.answering.add(id);
    for (const message of messages) this.received(message);
  }

  private messagesOf(body: unknown): object[] {
    if (!Array.isArray(body)) return typeof body === 'object' && body !== null ? [body] : [];
    if (this.batches === 'no batches' || this.revision !== BATCH_REVISION) {
      throw invalidRequest('This session has no batches');
    }
    return body.filter(
      (message: unknown): message is object => typeof message === 'object' && message !== null,
    );
  }

  private received(message: object): void {
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) this.answering.delete(cancelled);
    // Let through, because the protocol object drops it; said, because somebody may be guessing at answers.
    if (
      !('method' in message) &&
      !('id' in message && isRequestId(message.id) && this.asked.delete(message.id))
    ) {
      log.warn({ event: 'response.unasked' });
    }
  }

  private sent(message: JSONRPCMessage): void {
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) this.asked.delete(cancelled);
    if (!('id' in message) || message.id === undefined) return;
    if (!('method' in message)) this.answering.delete(message.id);
    else if (this.asked.size < MOST_WAITING) this.asked.add(message.id);
  }
}
