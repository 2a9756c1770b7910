import { ToolError } from '../mcp.errors.js';
import { callerOf, type Principal } from '../principal.js';
import { abortSafely } from '../safe.abort.js';
import { maskFault } from './fault.mask.js';

/** What runs, for how long, and for whom. */
interface LimitedRun {
  readonly name: string;
  readonly limitMs: number;
  readonly principal: Principal;
}

/**
 * Runs a tool until it ends, its caller gives up, or `limitMs` is over, whichever comes first. The tool is told by its
 * signal; a tool that does not listen is left behind, not waited for.
 */
export async function withTimeLimit<T>(
  caller: AbortSignal,
  { name, limitMs, principal }: LimitedRun,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let giveUp: (reason: ToolError) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  const stop = (message: string) => () => {
    const reason = new ToolError(message);
    abortSafely(controller, reason, { feature: name, ...callerOf(principal) });
    giveUp(reason);
  };
  const onCancel = stop('The call was cancelled');
  // Cleared at the end, rather than AbortSignal.timeout: a busy server would keep a minute's worth of timers.
  const timer = setTimeout(stop(`The tool took longer than ${limitMs / 1000} s`), limitMs);
  caller.addEventListener('abort', onCancel, { once: true });
  let running: Promise<T> | undefined;
  try {
    if (caller.aborted) onCancel();
    running = run(controller.signal);
    return await Promise.race([running, stopped]);
  } catch (error) {
    if (controller.signal.aborted) running?.catch((late: unknown) => logLate(late, name, principal));
    throw error;
  } finally {
    clearTimeout(timer);
    caller.removeEventListener('abort', onCancel);
  }
}

/** Logs an error that comes after the caller was answered. A tool that stops because it was told to is no fault. */
function logLate(error: unknown, feature: string, principal: Principal): void {
  if (error instanceof ToolError || (error instanceof Error && error.name === 'AbortError')) return;
  maskFault('call.failed_late', error, { feature, ...callerOf(principal) });
}
