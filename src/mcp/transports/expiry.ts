import type { ServerResponse } from 'node:http';
import type { Principal } from '../principal.js';

/** A timer runs on a clock of its own: this often it is compared with the one that expiry is written in. */
const LOOK_MS = 30_000;

/**
 * Ends an answer that is still being written when the caller's token expires: a stream must not outlive the
 * permission it was opened with.
 * @returns stops watching
 */
export function closeAtExpiry(res: ServerResponse, { expiresAt }: Principal): () => void {
  if (expiresAt === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const left = expiresAt * 1000 - Date.now();
    if (left <= 0) res.destroy();
    else timer = setTimeout(look, Math.min(left, LOOK_MS)).unref();
  };
  timer = setTimeout(look, Math.min(Math.max(expiresAt * 1000 - Date.now(), 0), LOOK_MS)).unref();
  return () => clearTimeout(timer);
}
