import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

export interface DrainTimes {
  /** How long requests are still taken, so that the load balancer can notice. */
  readonly delayMs: number;
  /** How long running calls may take after that. */
  readonly timeoutMs: number;
}

const CHECK_MS = 20;
const RETRY_MS = 1_000;

/**
 * The orderly end of serving: first nothing new, then the calls that run, then the streams. It counts the answers
 * that are under way; whoever does work that no open answer waits for holds the drain while it lasts.
 */
export class Drain {
  private readonly answers = new Set<ServerResponse>();
  private held = 0;
  private begun = false;

  /** True from the first moment of the shutdown: readiness says no. */
  get draining(): boolean {
    return this.begun;
  }

  /** Calls that somebody waits for, without the streams that end only when told to. */
  get running(): number {
    return this.held + [...this.answers].filter((res) => !isStandingStream(res)).length;
  }

  track(res: ServerResponse): void {
    if (this.begun || !res.shouldKeepAlive) closeAfter(res);
    this.answers.add(res);
    res.once('close', () => this.answers.delete(res));
  }

  /** Keeps the drain from ending until the returned function is called. */
  hold(): () => void {
    let isHeld = true;
    this.held += 1;
    return () => {
      if (isHeld) this.held -= 1;
      isHeld = false;
    };
  }

  /**
   * @param stopListening refuses new connections; those that are open stay
   * @returns how many calls were still running when the time was over
   */
  async run(stopListening: () => Promise<void>, { delayMs, timeoutMs }: DrainTimes): Promise<number> {
    this.begun = true;
    // A client whose connection ends with its answer opens the next one, and the load balancer knows where.
    for (const res of this.answers) if (!res.headersSent) closeAfter(res);
    await setTimeout(delayMs);
    await stopListening();
    await this.quiet(performance.now() + timeoutMs);
    for (const res of this.answers) hintRetry(res);
    return this.running;
  }

  /** Twice, because the answer of a call that has just ended may still be on its way to a stream. */
  private async quiet(deadline: number): Promise<void> {
    for (let checks = 0; checks < 2 && performance.now() < deadline;) {
      checks = this.running > 0 ? 0 : checks + 1;
      await setTimeout(CHECK_MS);
    }
  }
}

/** The SDKs' streams say keep-alive, also to a client that asked to close, and while we are leaving. */
function closeAfter(res: ServerResponse): void {
  const setHeader = res.setHeader.bind(res);
  res.setHeader = (name, value) => setHeader(name, name.toLowerCase() === 'connection' ? 'close' : value);
  res.setHeader('Connection', 'close');
}

const isEventStream = (res: ServerResponse): boolean =>
  res.headersSent && String(res.getHeader('content-type')).startsWith('text/event-stream');

/** A GET of either older revision, or the 2026 request that asks for a stream. Other streams end with their call. */
const isStandingStream = (res: ServerResponse): boolean =>
  isEventStream(res) &&
  (res.req.method === 'GET' || res.req.headers['mcp-method'] === 'subscriptions/listen');

/** Tells the client when to come back, spread so that all of them do not come at once. The engine ends the stream. */
function hintRetry(res: ServerResponse): void {
  if (!isEventStream(res) || res.writableEnded) return;
  res.write(`retry: ${RETRY_MS + Math.floor(Math.random() * RETRY_MS)}\n\n`);
}
