import { getEventListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { errorText } from './error.text.js';

const log = new Logger('Calls');

/** The feature and its caller, as the log has them. */
export interface AbortedCall {
  readonly feature: string;
  readonly subject: string;
  readonly client: string;
}

/**
 * Aborts a signal whose listeners belong to a feature. Node throws the error of a listener from a later tick, where it
 * would end the process. Those ticks stand between two of ours, so the error is logged with the feature's name. The
 * promise of an async listener fails later, so it is followed here.
 */
export function abortSafely(controller: AbortController, reason: unknown, call: AbortedCall): void {
  followPromises(controller.signal, call);
  process.nextTick(capture, call);
  controller.abort(reason);
  process.nextTick(release);
}

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

/** Replaces each listener by one that does the same and follows the promise that comes back. */
function followPromises(signal: AbortSignal, call: AbortedCall): void {
  const followers = new Map<unknown, (event: Event) => void>();
  const remove = signal.removeEventListener.bind(signal);
  // Node types them as functions; an object with handleEvent is one too.
  for (const listener of getEventListeners(signal, 'abort') as Listener[]) {
    const follow = (event: Event): void => {
      const result: unknown =
        typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event);
      if (result instanceof Promise) void result.catch((error: unknown) => report(error, call));
    };
    followers.set(listener, follow);
    remove('abort', listener);
    remove('abort', listener, true);
    signal.addEventListener('abort', follow, { once: true });
  }
  // One listener may remove another while the signal aborts.
  signal.removeEventListener = (
    type: string,
    listener: Parameters<typeof remove>[1],
    options?: boolean | object,
  ) => remove(type, followers.get(listener) ?? listener, options);
}

function report(error: unknown, call: AbortedCall): void {
  log.error({ event: 'abort_listener.failed', ...call, error: errorText(error) });
}

let isCapturing = false;

function capture(call: AbortedCall): void {
  // Somebody else decides about uncaught exceptions in this process.
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  isCapturing = true;
  process.setUncaughtExceptionCaptureCallback((error) => report(error, call));
}

function release(): void {
  if (isCapturing) process.setUncaughtExceptionCaptureCallback(null);
  isCapturing = false;
}
