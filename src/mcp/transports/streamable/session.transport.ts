import type {
  EventId,
  JSONRPCMessage,
  MessageExtraInfo,
  RequestId,
  StreamId,
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/server';
import { cancelledBy } from '../../cancellation.js';
import { isRequest } from '../../http/rpc.message.js';
import { McpHttpError, SessionNotFoundError } from '../../mcp.errors.js';
import type { McpOptions } from '../../mcp.options.js';
import type { Exchange } from '../mcp.transport.js';
import { AnswerStream } from '../answer.stream.js';
import { type SessionEventStore, STANDALONE } from './event.store.js';

/** How long a client waits before it resumes a stream that was cut. */
const RETRY_MS = 1_000;
/** The revision whose clients understand the empty event from which a stream can be resumed. */
const RESUMABLE = '2025-11-25';

/** The answer to one POST. It outlives its connection: a client may come back for the rest. */
interface Stream {
  readonly id: StreamId;
  readonly waiting: Set<RequestId>;
  answer: AnswerStream | undefined;
  /** Whether its client has been told of an event from which to go on. Before, nobody can ask for what was missed. */
  isResumable: boolean;
}

/**
 * The server's end of one session of 2025-03-26 to 2025-11-25, straight on Node's requests and responses. It relies on
 * what the guards and the registry have checked: the body is a message, and the session is the caller's.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 */
export class SessionTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  setProtocolVersion?: (version: string) => void;
  private readonly streams = new Map<RequestId, Stream>();
  private standalone: AnswerStream | undefined;
  private opened = 0;
  private isClosed = false;

  constructor(
    readonly sessionId: string,
    private readonly events: SessionEventStore,
    private readonly options: Pick<McpOptions, 'keepAliveMs' | 'maxBacklogBytes'>,
  ) {}

  /** The connections come with the requests. */
  async start(): Promise<void> {}

  /**
   * @param revision that the client speaks
   * @throws {McpHttpError}
   */
  post({ req, res, body }: Exchange, revision: string): void {
    this.assertOpen();
    // The guard has checked that it is one.
    const messages = (Array.isArray(body) ? body : [body]) as readonly JSONRPCMessage[];
    const ids = messages.flatMap((message) => (isRequest(message) ? [message.id] : []));
    const stream = ids.length > 0 ? this.open(ids, res, revision) : undefined;
    const whose = req.auth && { authInfo: req.auth };
    const release = stream?.isResumable ? () => this.release(stream) : undefined;
    for (const message of messages) {
      const isReleasable = release !== undefined && isRequest(message);
      this.onmessage?.(message, isReleasable ? { closeSSEStream: release, ...whose } : whose);
      this.forget(cancelledBy(message));
    }
    if (stream === undefined) res.writeHead(202).end();
  }

  /** @throws {McpHttpError} */
  get({ req, res }: Exchange): void {
    this.assertOpen();
    const lastId = req.get('last-event-id');
    if (lastId) return this.resume(lastId, res);
    if (this.standalone !== undefined) throw conflict('Only one stream beside the requests is allowed');
    this.events.listen();
    this.standalone = this.answerTo(res);
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAnswer = !('method' in message);
    const id = isAnswer ? message.id : options?.relatedRequestId;
    if (id === undefined) {
      const event = this.keep(STANDALONE, message);
      this.standalone?.write(event);
      return;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`Nobody waits for what belongs to the request ${String(id)}`);
    if (isAnswer && this.isLast(id, stream)) {
      const event = stream.isResumable ? this.keep(stream.id, message) : eventOf(JSON.stringify(message));
      return stream.answer?.end(event);
    }
    const event = this.keep(stream.id, message);
    stream.isResumable = true;
    stream.answer?.write(event);
  }

  closeStandalone(): void {
    this.standalone?.end();
    this.standalone = undefined;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const { answer } of this.streams.values()) answer?.end();
    this.streams.clear();
    this.closeStandalone();
    this.onclose?.();
  }

  private open(ids: readonly RequestId[], res: Exchange['res'], revision: string): Stream {
    this.opened += 1;
    const answer = this.answerTo(res);
    const isResumable = revision === RESUMABLE;
    const stream: Stream = { id: String(this.opened), waiting: new Set(ids), answer, isResumable };
    for (const id of ids) this.streams.set(id, stream);
    if (isResumable) {
      answer.write(`id: ${this.events.prime(stream.id)}\nretry: ${RETRY_MS}\ndata: \n\n`);
    }
    return stream;
  }

  private resume(lastId: EventId, res: Exchange['res']): void {
    const missed = this.events.after(lastId);
    if (missed === undefined) throw new McpHttpError(400, -32000, 'Invalid event ID format');
    const isStandalone = missed.stream === STANDALONE;
    const stream = [...this.streams.values()].find(({ id }) => id === missed.stream);
    if ((isStandalone ? this.standalone : stream?.answer) !== undefined) {
      throw conflict('The stream has a connection already');
    }
    const answer = this.answerTo(res);
    for (const [id, json] of missed.events) answer.write(eventOf(json, id));
    if (isStandalone) this.standalone = answer;
    else if (stream !== undefined) stream.answer = answer;
    else answer.end();
  }

  /** The client asked to let go of the connection comes back for the rest. */
  private release(stream: Stream): void {
    stream.answer?.end();
    stream.answer = undefined;
  }

  private answerTo(res: Exchange['res']): AnswerStream {
    const fields = { 'Mcp-Session-Id': this.sessionId };
    const answer: AnswerStream = new AnswerStream(res, fields, this.options, () => this.lost(answer));
    return answer;
  }

  private lost(answer: AnswerStream): void {
    if (this.standalone === answer) this.standalone = undefined;
    for (const stream of this.streams.values()) if (stream.answer === answer) stream.answer = undefined;
  }

  /** A cancelled request is never answered, and nobody comes back for it. */
  private forget(id: RequestId | undefined): void {
    const stream = id === undefined ? undefined : this.streams.get(id);
    if (id !== undefined && stream !== undefined && this.isLast(id, stream)) stream.answer?.end();
  }

  private isLast(id: RequestId, stream: Stream): boolean {
    this.streams.delete(id);
    stream.waiting.delete(id);
    return stream.waiting.size === 0;
  }

  private keep(stream: StreamId, message: JSONRPCMessage): string {
    const json = JSON.stringify(message);
    return eventOf(json, this.events.keep(stream, json));
  }

  private assertOpen(): void {
    if (this.isClosed) throw new SessionNotFoundError();
  }
}

const eventOf = (json: string, id?: EventId): string =>
  `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`;

const conflict = (message: string): McpHttpError => new McpHttpError(409, -32000, message);
