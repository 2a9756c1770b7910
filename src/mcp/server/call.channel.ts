import { Logger } from '@nestjs/common';
import type { LoggingLevel, ServerContext } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';

const diagnostics = new Logger('Calls');

/**
 * How far each request has told its progress. By signal, because a session of 2025 runs a handler again within one
 * request when its user has answered, and the progress of the request must still only grow.
 */
const told = new WeakMap<AbortSignal, number>();

/**
 * What a call may send before it gives the event loop a turn, in bytes of JSON. Until then nothing leaves the process,
 * and no backlog of a stream can be measured.
 */
const MAX_BYTES_PER_TURN = 1_048_576;

/** What a call sends beside its result, until it ends: nothing may follow the result. */
export class CallChannel {
  private ended = false;
  private bytesInTurn = 0;
  private isOverflown = false;

  constructor(private readonly request: ServerContext['mcpReq']) {}

  end(): void {
    this.ended = true;
  }

  /** @throws {ToolError} when the call has sent more at once than can be kept for its client */
  assertSent(): void {
    if (!this.isOverflown) return;
    throw new ToolError(
      `Too many notifications: more than ${MAX_BYTES_PER_TURN} bytes at once. Send fewer of them`,
    );
  }

  /** @see https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress */
  readonly progress = async (progress: number, total?: number, message?: string): Promise<void> => {
    const { _meta, signal, notify } = this.request;
    const progressToken = _meta?.progressToken;
    if (progressToken === undefined || !Number.isFinite(progress)) return;
    if (progress <= (told.get(signal) ?? -Infinity)) return;
    told.set(signal, progress);
    const params = {
      progressToken,
      progress,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    };
    await this.send(params, () => notify({ method: 'notifications/progress', params }));
  };

  /** The SDK knows who wants which level: the session (`logging/setLevel`), or since 2026-07-28 the request itself. */
  readonly log = (level: LoggingLevel, data: unknown, logger?: string): Promise<void> =>
    this.send(data, () => this.request.log(level, data, logger));

  /** A client that has gone, or data that JSON cannot carry, must not fail the work it was told about. */
  private async send(data: unknown, notify: () => Promise<void>): Promise<void> {
    if (this.ended || this.isOverflown || this.request.signal.aborted) return;
    try {
      if (this.overflows(data)) return;
      await notify();
    } catch (error) {
      diagnostics.debug({ event: 'notification.failed', error: String(error) });
    }
  }

  /** Counts what is sent in this turn of the event loop. One notification may be larger; what follows it is dropped. */
  private overflows(data: unknown): boolean {
    if (this.bytesInTurn === 0) setImmediate(() => (this.bytesInTurn = 0));
    this.isOverflown = this.bytesInTurn > MAX_BYTES_PER_TURN;
    if (this.isOverflown) diagnostics.warn({ event: 'notifications.overflow', bytes: this.bytesInTurn });
    // With what a notification has around its data.
    this.bytesInTurn += 128 + (JSON.stringify(data)?.length ?? 0);
    return this.isOverflown;
  }
}
