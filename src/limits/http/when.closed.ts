import type { ServerResponse } from 'node:http';

/**
 * Does something once the answer is over, or its client has gone. Who waited for Redis or Logto first may come too
 * late for the event, and would hold its place for ever.
 */
export function whenClosed(res: ServerResponse, end: () => void): void {
  if (res.closed) end();
  else res.once('close', end);
}
