import { ToolError } from '../mcp.errors.js';

/**
 * Runs a tool until it ends, its caller gives up, or `limitMs` is over, whichever comes first. The tool is told by its
 * signal; a tool that does not listen is left behind, not waited for.
 * @param run is given its signal as a function: most tools never ask, and making one costs as much as a small tool
 */
export async function withTimeLimit<T>(
  caller: AbortSignal,
  limitMs: number,
  run: (signal: () => AbortSignal) => Promise<T>,
): Promise<T> {
  let controller: AbortController | undefined;
  let reason: ToolError | undefined;
  let giveUp: (reason: ToolError) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  const stop = (message: string) => () => {
    reason ??= new ToolError(message);
    controller?.abort(reason);
    giveUp(reason);
  };
  const signal = (): AbortSignal => {
    controller ??= new AbortController();
    if (reason !== undefined) controller.abort(reason);
    return controller.signal;
  };
  const onCancel = stop('The call was cancelled');
  // Cleared at the end, rather than AbortSignal.timeout: a busy server would keep a minute's worth of timers.
  const timer = setTimeout(stop(`The tool took longer than ${limitMs / 1000} s`), limitMs);
  caller.addEventListener('abort', onCancel, { once: true });
  try {
    if (caller.aborted) onCancel();
    return await Promise.race([run(signal), stopped]);
  } finally {
    clearTimeout(timer);
    caller.removeEventListener('abort', onCancel);
  }
}
