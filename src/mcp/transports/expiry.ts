import type { ServerResponse } from 'node:http';
import type { Principal } from '../principal.js';

// setTimeout counts in 32 bits; a longer delay would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends an answer that is still being written when the caller's token expires: a stream must not outlive the
 * permission it was opened with.
 * @returns stops watching
 */
export function closeAtExpiry(res: ServerResponse, { expiresAt }: Principal): () => void {
  if (expiresAt === undefined) return () => undefined;
  const delay = Math.min(Math.max(expiresAt * 1000 - Date.now(), 0), LONGEST_TIMER_MS);
  const timer = setTimeout(() => res.destroy(), delay).unref();
  return () => clearTimeout(timer);
}
