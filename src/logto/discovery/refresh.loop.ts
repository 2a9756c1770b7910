const FIRST_RETRY_MS = 250;
const SLOWEST_FIRST_RETRY_MS = 2_000;
const RETRY_MS = 30_000;

/**
 * Runs a task for as long as the process lives: with growing pauses until it succeeds for the first time, then in a
 * steady rhythm. The task reports its own failures; here a failure only shortens the pause.
 */
export class RefreshLoop {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private succeeded = false;
  private failures = 0;

  constructor(
    private readonly task: () => Promise<void>,
    private readonly everyMs: number,
  ) {}

  /** Starts, and waits for the first attempt no longer than told: a dead Logto must not hold up the start. */
  async start(waitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([this.attempt(), patience]);
    clearTimeout(timer);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async attempt(): Promise<void> {
    try {
      await this.task();
      this.succeeded = true;
      this.failures = 0;
    } catch {
      // Already logged by the task; what is left to do is to try again.
      this.failures += 1;
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.attempt(), this.pause());
    // A pending refresh is no reason to keep a process alive.
    this.timer.unref();
  }

  /** Jitter keeps many nodes from asking a recovering Logto at the same moment. */
  private pause(): number {
    const jitter = 0.75 + Math.random() / 4;
    if (this.failures === 0) return this.everyMs * jitter;
    if (this.succeeded) return Math.min(this.everyMs, RETRY_MS) * jitter;
    return Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), SLOWEST_FIRST_RETRY_MS) * jitter;
  }
}
