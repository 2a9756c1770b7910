import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  LOG_LEVEL_META_KEY,
  type MessageExtraInfo,
  type Notification,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  type Result,
  Server,
  type ServerContext,
  type Transport,
} from '@modelcontextprotocol/server';
import { cancelledBy } from '../cancellation.js';
import { memberOf } from '../members.js';
import { INTERNAL_ERROR, toErrorObject } from './error.object.js';
import { maskFault } from './fault.mask.js';

/** What agents ask all day. Everything else goes the SDK's own way. */
const METHODS: readonly unknown[] = ['tools/call', 'tools/list'];
const ENVELOPE = [
  PROTOCOL_VERSION_META_KEY,
  CLIENT_INFO_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  LOG_LEVEL_META_KEY,
];
/** Members of a request that continues an earlier one. */
const RETRY = ['inputResponses', 'requestState'];

/** A request as its handler gets it, and what its `_meta` has said to the protocol. */
export interface ToolRequest {
  readonly request: JSONRPCRequest;
  readonly envelope?: Envelope | undefined;
}

/** How what belongs to one request travels. */
export interface Carriage {
  readonly authInfo: MessageExtraInfo['authInfo'];
  readonly signal: AbortSignal;
  readonly closeSSEStream?: MessageExtraInfo['closeSSEStream'];
  readonly sessionId?: string | undefined;
  readonly notify: (notification: Notification) => Promise<void>;
}

/**
 * The SDK's server with a short way for requests about tools. They run through the same handlers, schemas and codec;
 * what they are spared is what the SDK does to find out which kind of message this is, for one that has been checked:
 * schemas that must fail, whose refusals keep the message in memory until the next full collection.
 */
export class CallServer extends Server {
  /** No more than a session may have requests running. */
  private readonly running = new Map<RequestId, AbortController>();

  /** The one for all requests of a revision without sessions: no request leaves anything in it. */
  static of(revision: string, ...parameters: ConstructorParameters<typeof Server>): CallServer {
    const server = new CallServer(...parameters);
    server._negotiatedProtocolVersion = revision;
    return server;
  }

  override async connect(transport: Transport): Promise<void> {
    await super.connect(transport);
    const { onmessage } = transport;
    transport.onmessage = (message, extra) => {
      if (this._negotiatedProtocolVersion !== undefined && isDirect(message)) {
        void this.serve(message, transport, extra);
      } else onmessage?.(message, extra);
    };
  }

  /** Reads a request of 2026-07-28 for `answer`. What is wrong with one that it does not take, the SDK knows to say. */
  read(request: JSONRPCRequest): ToolRequest | undefined {
    const { method, params } = request;
    if (!METHODS.includes(method) || !isFirst(params)) return undefined;
    const { envelope, rest } = split(params?._meta);
    if (this._wireCodec().checkInboundEnvelope({ envelope }) !== undefined) return undefined;
    return { request: { ...request, params: { ...params, _meta: rest } }, envelope };
  }

  /** As the SDK answers a request that is known to be one. */
  async answer({ request, envelope }: ToolRequest, carriage: Carriage): Promise<JSONRPCResponse> {
    const { id, method } = request;
    const codec = this._wireCodec();
    try {
      const handler = this._getRequestHandler(method);
      if (handler === undefined) throw new Error(`Nothing handles ${method}`);
      const result = await handler(request, this.contextOf(request, carriage, envelope));
      return this.respond(id, method, result);
    } catch (error) {
      return { jsonrpc: '2.0', id, error: toErrorObject(error, codec.encodeErrorCode) };
    }
  }

  /** A result that the protocol version cannot carry is our fault. The codec's error may quote it, so only the log has it. */
  private respond(id: RequestId, method: string, result: Result): JSONRPCResponse {
    try {
      return {
        result: this._wireCodec().encodeResult(method, result, this._outboundServerInfo()),
        jsonrpc: '2.0',
        id,
      };
    } catch (error) {
      maskFault('result.not_encoded', error, { method });
      return { jsonrpc: '2.0', id, error: INTERNAL_ERROR };
    }
  }

  protected override _onnotification(notification: JSONRPCNotification, extra?: MessageExtraInfo): void {
    const id = cancelledBy(notification);
    if (id !== undefined) this.running.get(id)?.abort();
    super._onnotification(notification, extra);
  }

  protected override _onclose(): void {
    for (const controller of this.running.values()) controller.abort();
    super._onclose();
  }

  private async serve(
    request: JSONRPCRequest,
    transport: Transport,
    extra?: MessageExtraInfo,
  ): Promise<void> {
    const { id } = request;
    const controller = new AbortController();
    this.running.set(id, controller);
    const carriage = {
      authInfo: extra?.authInfo,
      closeSSEStream: extra?.closeSSEStream,
      sessionId: transport.sessionId,
      signal: controller.signal,
      notify: (notification: Notification) => this.notification(notification, { relatedRequestId: id }),
    };
    const response = await this.answer({ request }, carriage);
    // The id of a request that was cancelled may be in use again.
    if (this.running.get(id) === controller) this.running.delete(id);
    if (controller.signal.aborted) return;
    await transport.send(response, { relatedRequestId: id }).catch((error: unknown) => {
      this.onerror?.(new Error('The response could not be sent', { cause: error }));
    });
  }

  private contextOf(
    { id, method, params }: JSONRPCRequest,
    { authInfo, closeSSEStream, sessionId, signal, notify }: Carriage,
    envelope?: Envelope,
  ): ServerContext {
    const mcpReq = {
      id,
      method,
      _meta: params?._meta,
      ...(envelope && { envelope }),
      requestState: NO_STATE,
      signal,
      send: NOT_OFFERED,
      notify,
    };
    const http = authInfo && { authInfo };
    const context = { mcpReq, ...(sessionId !== undefined && { sessionId }), ...(http && { http }) };
    return this.buildContext(context, closeSSEStream && { closeSSEStream });
  }
}

type Request = ServerContext['mcpReq'];
type Envelope = NonNullable<Request['envelope']>;
type Meta = NonNullable<Request['_meta']>;

const NO_STATE: Request['requestState'] = () => undefined;
/** Our handlers ask the user by what they return. */
const NOT_OFFERED: Request['send'] = () => Promise.reject(new Error('Not from within a call about tools'));

function isDirect(message: JSONRPCMessage): message is JSONRPCRequest {
  if (!('method' in message) || !('id' in message) || !METHODS.includes(message.method)) return false;
  const meta = message.params?._meta;
  return isFirst(message.params) && ENVELOPE.every((key) => memberOf(meta, key) === undefined);
}

const isFirst = (params: unknown): boolean => RETRY.every((name) => memberOf(params, name) === undefined);

/** What `_meta` says to the protocol, and what it says to the handler. */
function split(meta: Meta = {}): {
  readonly envelope: Envelope | undefined;
  readonly rest: Meta | undefined;
} {
  const entries = Object.entries(meta);
  const envelope = entries.filter(([key]) => ENVELOPE.includes(key));
  const rest = entries.filter(([key]) => !ENVELOPE.includes(key));
  return {
    envelope: envelope.length === 0 ? undefined : Object.fromEntries(envelope),
    rest: rest.length === 0 ? undefined : Object.fromEntries(rest),
  };
}
