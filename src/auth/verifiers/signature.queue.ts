import { availableParallelism } from 'node:os';
import { VerificationBusyError } from '../auth.errors.js';

/** One core is left to answer with. */
const AT_ONCE = Math.max(1, availableParallelism() - 1);
/**
 * About half a second of ES384 on one core: room for everybody who comes back at once after a restart. Whoever would
 * wait longer is better told to come back.
 */
const MOST_WAITING = 512;

/**
 * A bound on the signatures that are verified at once. They run on threads beside the event loop, and a flood of forged
 * ones, each worth a millisecond, would take every core from those whose tokens are known.
 */
export class SignatureQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly ahead: (() => void)[] = [];

  constructor(
    private readonly atOnce = AT_ONCE,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /**
   * Waits for a turn.
   * @param isProven the token was good before: it goes ahead of all that may be forged, and is never refused
   * @returns ends the turn
   * @throws {VerificationBusyError} when too many wait already
   */
  async enter(isProven = false): Promise<() => void> {
    if (this.running >= this.atOnce) {
      if (!isProven && this.waiting.length >= this.mostWaiting) throw new VerificationBusyError();
      const line = isProven ? this.ahead : this.waiting;
      // Whoever leaves hands its turn over, so nobody counts twice.
      await new Promise<void>((resolve) => line.push(resolve));
    } else this.running += 1;
    return () => {
      const next = this.ahead.shift() ?? this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    };
  }
}
