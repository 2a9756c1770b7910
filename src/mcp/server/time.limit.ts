import { abortSafely } from '../safe.abort.js';
import { ToolError } from '../mcp.errors.js';

/**
 * Runs a tool until it ends, its caller gives up, or `limitMs` is over, whichever comes first. The tool is told by its
 * signal; a tool that does not listen is left behind, not waited for.
 */
export async function withTimeLimit<T>(
  caller: AbortSignal,
  { name, limitMs }: { readonly name: string; readonly limitMs: number },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let giveUp: (reason: ToolError) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  const stop = (message: string) => () => {
    const reason = new ToolError(message);
    abortSafely(controller, reason, name);
    giveUp(reason);
  };
  const onCancel = stop('The call was cancelled');
  // Cleared at the end, rather than AbortSignal.timeout: a busy server would keep a minute's worth of timers.
  const timer = setTimeout(stop(`The tool took longer than ${limitMs / 1000} s`), limitMs);
  caller.addEventListener('abort', onCancel, { once: true });
  try {
    if (caller.aborted) onCancel();
    return await Promise.race([run(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    caller.removeEventListener('abort', onCancel);
  }
}
