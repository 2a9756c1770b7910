import type { ServerResponse } from 'node:http';

/** How many requests of unverified callers are served at once. */
export interface UnverifiedPolicy {
  readonly limit: number;
  /** Of these, for addresses from which verified callers come. */
  readonly kept: number;
  readonly perAddress: number;
  /** Requests that wait for another request of their address to end: of all addresses, and of one. */
  readonly maxWaiting: number;
  readonly maxWaitingPerAddress: number;
  readonly waitMs: number;
}

interface AddressState {
  running: number;
  /** Called with the place, or with nothing when the wait has ended without one. */
  readonly waiting: Set<(leave?: () => void) => void>;
}

/**
 * Concurrent requests of callers that are not verified yet. One address runs a few at once and queues the rest, so that
 * neither slow bodies nor slow token checks of one address occupy what other addresses need.
 */
export class UnverifiedRequests {
  private running = 0;
  private waiting = 0;
  /** Holds only addresses that have a request here. */
  private readonly addresses = new Map<string, AddressState>();

  constructor(readonly policy: UnverifiedPolicy) {}

  /**
   * @param isVerifiedAddress verified callers have come from this address
   * @returns gives the place back, however often it is called; undefined when there is no place
   */
  enter(
    address: string,
    isVerifiedAddress: boolean,
    res: ServerResponse,
  ): (() => void) | undefined | Promise<(() => void) | undefined> {
    const { limit, kept, perAddress } = this.policy;
    if (this.running >= (isVerifiedAddress ? limit : limit - kept)) return undefined;
    const state = this.addresses.get(address) ?? { running: 0, waiting: new Set() };
    if (state.running >= perAddress) return this.wait(address, state, res);
    this.addresses.set(address, state);
    return this.run(address, state);
  }

  private run(address: string, state: AddressState): () => void {
    this.running += 1;
    state.running += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.running -= 1;
      state.running -= 1;
      const [next] = state.waiting;
      if (next !== undefined) next(this.run(address, state));
      else if (state.running === 0) this.addresses.delete(address);
    };
  }

  private wait(
    address: string,
    state: AddressState,
    res: ServerResponse,
  ): Promise<(() => void) | undefined> | undefined {
    const { maxWaiting, maxWaitingPerAddress, waitMs } = this.policy;
    if (this.waiting >= maxWaiting || state.waiting.size >= maxWaitingPerAddress) return undefined;
    return new Promise((resolve) => {
      const end = (leave?: () => void): void => {
        if (!state.waiting.delete(end)) return;
        this.waiting -= 1;
        clearTimeout(timer);
        res.off('close', giveUp);
        resolve(leave);
      };
      const giveUp = (): void => end();
      const timer = setTimeout(giveUp, waitMs);
      state.waiting.add(end);
      this.waiting += 1;
      res.once('close', giveUp);
    });
  }
}
