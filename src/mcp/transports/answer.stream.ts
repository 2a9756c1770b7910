import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { McpOptions } from '../mcp.options.js';
import { capBacklog } from './backlog.js';

const STREAM = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** An answer that is a stream of events. What ends before the next turn of the event loop leaves in one piece. */
export class AnswerStream {
  /** What waits for the head to leave. */
  private held = '';
  private opening: NodeJS.Immediate | undefined;
  private keepAlive: NodeJS.Timeout | undefined;

  constructor(
    private readonly res: ServerResponse,
    private readonly fields: OutgoingHttpHeaders,
    private readonly options: Pick<McpOptions, 'keepAliveMs' | 'maxBacklogBytes'>,
    closed: () => void = () => undefined,
  ) {
    this.opening = setImmediate(() => this.open());
    res.once('close', () => {
      this.stop();
      closed();
    });
  }

  write(events: string): void {
    if (this.opening !== undefined) this.held += events;
    // Bytes: of those the kernel takes at once what it can, while a string waits until all of it is encoded.
    else if (!this.res.writableEnded) this.res.write(Buffer.from(events));
  }

  end(events = ''): void {
    if (this.res.writableEnded) return;
    const body = this.held + events;
    const isWhole = this.opening !== undefined;
    this.stop();
    if (isWhole) this.res.writeHead(200, { 'Content-Length': Buffer.byteLength(body), ...this.head });
    this.res.end(body);
  }

  private get head(): OutgoingHttpHeaders {
    return { ...STREAM, ...this.fields };
  }

  private open(): void {
    this.opening = undefined;
    // Its client has gone, or something else has been answered.
    if (this.res.destroyed || this.res.headersSent) return;
    capBacklog(this.res, this.options.maxBacklogBytes);
    this.res.writeHead(200, this.head).flushHeaders();
    if (this.held !== '') this.res.write(Buffer.from(this.held));
    this.held = '';
    this.keepAlive = setInterval(() => this.res.write(': keepalive\n\n'), this.options.keepAliveMs).unref();
  }

  private stop(): void {
    clearImmediate(this.opening);
    clearInterval(this.keepAlive);
    this.opening = undefined;
  }
}
