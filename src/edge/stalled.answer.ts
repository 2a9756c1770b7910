import type { ServerResponse } from 'node:http';

/**
 * Cuts a complete answer of which its client takes nothing for `idleMs`: until the last byte has left, it holds
 * memory and a place among the requests that are answered at once. Node looks whether anything of it has moved
 * before it calls that idle, and sets the time of an idle connection anew once the answer is out.
 */
export function cutStalled(res: ServerResponse, idleMs: number): void {
  res.once('prefinish', () => {
    res.setTimeout(idleMs, () => res.destroy());
  });
}
