import { Logger } from '@nestjs/common';
import type { LoggingLevel, ServerContext } from '@modelcontextprotocol/server';

const diagnostics = new Logger('Calls');

/**
 * How far each request has told its progress. By signal, because a session of 2025 runs a handler again within one
 * request when its user has answered, and the progress of the request must still only grow.
 */
const told = new WeakMap<AbortSignal, number>();

/** What a call sends beside its result, until it ends: nothing may follow the result. */
export class CallChannel {
  private ended = false;

  constructor(private readonly request: ServerContext['mcpReq']) {}

  end(): void {
    this.ended = true;
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
    await this.send(() => notify({ method: 'notifications/progress', params }));
  };

  /** The SDK knows who wants which level: the session (`logging/setLevel`), or since 2026-07-28 the request itself. */
  readonly log = (level: LoggingLevel, data: unknown, logger?: string): Promise<void> =>
    this.send(() => this.request.log(level, data, logger));

  /** A client that has gone, or data that JSON cannot carry, must not fail the work it was told about. */
  private async send(notify: () => Promise<void>): Promise<void> {
    if (this.ended || this.request.signal.aborted) return;
    try {
      await notify();
    } catch (error) {
      diagnostics.debug({ event: 'notification.failed', error: String(error) });
    }
  }
}
