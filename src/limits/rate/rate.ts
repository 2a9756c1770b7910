import type { Quota } from '../quota.js';

/** So many in a window of so many seconds, for each key. */
export interface Rate extends Quota {
  readonly windowSeconds: number;
}
