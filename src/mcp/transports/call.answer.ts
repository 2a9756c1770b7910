import type { ServerResponse } from 'node:http';
import {
  type JSONRPCNotification,
  type JSONRPCResponse,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import type { McpOptions } from '../mcp.options.js';
import { AnswerStream } from './answer.stream.js';

/**
 * The answer to one request of 2026-07-28, straight on Node's response: JSON, or a stream when something comes before
 * the result.
 */
export class CallAnswer {
  private readonly gone = new AbortController();
  private stream: AnswerStream | undefined;
  private isOver = false;

  constructor(
    private readonly res: ServerResponse,
    private readonly options: Pick<McpOptions, 'keepAliveMs' | 'maxBacklogBytes'>,
  ) {
    res.once('close', () => {
      if (!this.isOver) this.gone.abort();
      this.isOver = true;
    });
  }

  /** Aborts when the client has gone before the end. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  notify(notification: JSONRPCNotification): void {
    if (this.isOver) return;
    this.stream ??= new AnswerStream(this.res, {}, this.options);
    this.stream.write(eventOf(notification));
  }

  finish(response: JSONRPCResponse): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.stream !== undefined) return this.stream.end(eventOf(response));
    const body = JSON.stringify(response);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    this.res.writeHead(statusOf(response), headers).end(body);
  }
}

const eventOf = (message: JSONRPCNotification | JSONRPCResponse): string =>
  `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** The one error of a handler that HTTP tells too: the client may ask again, having declared the capability. */
const statusOf = (response: JSONRPCResponse): number =>
  'error' in response && response.error.code === Number(ProtocolErrorCode.MissingRequiredClientCapability)
    ? 400
    : 200;
