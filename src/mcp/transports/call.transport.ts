import type { ServerResponse } from 'node:http';
import {
  type InboundModernRoute,
  type JSONRPCMessage,
  PerRequestHTTPServerTransport,
  ProtocolErrorCode,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';
import type { McpOptions } from '../mcp.options.js';
import { capBacklog } from './backlog.js';
import type { Exchange } from './mcp.transport.js';

/** What an answer is given in when something comes before the result. */
const STREAM = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  Connection: 'keep-alive',
  'X-Accel-Buffering': 'no',
};

/**
 * The transport of one request of 2026-07-28, which writes what the server sends straight to Node's response. The
 * SDK's own makes a web `Response` of it, with a stream to be read again: several times the work of the call.
 */
export class CallTransport extends PerRequestHTTPServerTransport {
  private keepAlive: NodeJS.Timeout | undefined;
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
    // What belongs to no request has no place here.
    if (!('method' in message)) this.finish(message);
    else if (options?.relatedRequestId !== undefined) this.stream(message);
  }

  override async close(): Promise<void> {
    this.end();
    await super.close();
  }

  private finish(message: JSONRPCMessage): void {
    this.end();
    if (this.res.headersSent) {
      this.res.end(eventOf(message));
      return;
    }
    const body = JSON.stringify(message);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    this.res.writeHead(statusOf(message), headers).end(body);
  }

  private stream(message: JSONRPCMessage): void {
    if (!this.res.headersSent) {
      capBacklog(this.res, this.options.maxBacklogBytes);
      this.res.writeHead(200, STREAM);
      this.keepAlive = setInterval(() => this.res.write(': keepalive\n\n'), this.options.keepAliveMs).unref();
    }
    this.res.write(eventOf(message));
  }

  private end(): void {
    this.isOver = true;
    clearInterval(this.keepAlive);
  }
}

/** In bytes: of those the kernel takes at once what it can, while a string waits until all of it is encoded. */
const eventOf = (message: JSONRPCMessage): Buffer =>
  Buffer.from(`event: message\ndata: ${JSON.stringify(message)}\n\n`);

/** The one error of a handler that HTTP tells too: the client may ask again, having declared the capability. */
const statusOf = (message: JSONRPCMessage): number =>
  'error' in message && message.error.code === Number(ProtocolErrorCode.MissingRequiredClientCapability)
    ? 400
    : 200;
