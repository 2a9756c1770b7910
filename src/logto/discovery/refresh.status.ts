import type { UnavailableReason } from '../logto.errors.js';

/** What health needs to know about an answer that is read again and again. */
export interface RefreshStatus {
  /** There is a good answer to work with. */
  readonly known: boolean;
  /** The last attempt failed, so the answer at hand may be out of date. */
  readonly stale: boolean;
  /** Why the last attempt failed. */
  readonly lastError?: UnavailableReason;
}

export const refreshStatus = (known: boolean, lastError: UnavailableReason | undefined): RefreshStatus => ({
  known,
  stale: known && lastError !== undefined,
  ...(lastError !== undefined && { lastError }),
});
