import type { Principal } from './principal.js';

/** How often one principal may use a feature. */
export interface CallRate {
  /** Of the feature, as the caller knows it. */
  readonly name: string;
  readonly points: number;
  readonly perSeconds: number;
}

/** What a limiter has to know of a call. */
export interface LimitedCall {
  /** Absent: as often as anything else. */
  readonly rate?: CallRate;
  /** It runs as a task. Those have a limit of their own, and may wait for their user all day. */
  readonly isTask?: boolean;
}

/** Seam: whether a call may begin now. Asked below every transport, so in every era. */
export abstract class CallLimiter {
  /**
   * @returns what has to be called when the call is over
   * @throws {CallLimitError} in words that an agent can act upon
   */
  abstract enter(principal: Principal, call: LimitedCall): Promise<() => void>;
}
