import type { ServerResponse } from 'node:http';
import {
  type InboundModernRoute,
  type JSONRPCMessage,
  PerRequestHTTPServerTransport,
  ProtocolErrorCode,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';
import type { McpOptions } from '../mcp.options.js';
import { AnswerStream } from './answer.stream.js';
import type { Exchange } from './mcp.transport.js';

/**
 * The transport of one request of 2026-07-28, which writes what the server sends straight to Node's response. The
 * SDK's own makes a web `Response` of it, with a stream to be read again: several times the work of the call.
 */
export class CallTransport extends PerRequestHTTPServerTransport {
  /** Opened when something comes before the result. */
  private stream: AnswerStream | undefined;
  private isOver = false;

  constructor(
    private readonly route: InboundModernRoute,
    private readonly res: ServerResponse,
    private readonly options: Pick<McpOptions, 'keepAliveMs' | 'maxBacklogBytes'>,
  ) {
    super({ classification: route.classification });
  }

  /** Hands the request to the server that is connected. The answer follows by itself. */
  begin(authInfo: Exchange['req']['auth']): void {
    this.res.once('close', () => {
      if (!this.isOver) void this.close();
    });
    this.onmessage?.(this.route.message, {
      classification: this.route.classification,
      ...(authInfo && { authInfo }),
    });
  }

  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.isOver || this.res.destroyed) return;
    if (!('method' in message)) return this.finish(message);
    // What belongs to no request has no place here.
    if (options?.relatedRequestId === undefined) return;
    this.stream ??= new AnswerStream(this.res, {}, this.options);
    this.stream.write(eventOf(message));
  }

  override async close(): Promise<void> {
    this.isOver = true;
    this.stream?.end();
    await super.close();
  }

  private finish(message: JSONRPCMessage): void {
    this.isOver = true;
    if (this.stream !== undefined) return this.stream.end(eventOf(message));
    const body = JSON.stringify(message);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    this.res.writeHead(statusOf(message), headers).end(body);
  }
}

const eventOf = (message: JSONRPCMessage): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** The one error of a handler that HTTP tells too: the client may ask again, having declared the capability. */
const statusOf = (message: JSONRPCMessage): number =>
  'error' in message && message.error.code === Number(ProtocolErrorCode.MissingRequiredClientCapability)
    ? 400
    : 200;
