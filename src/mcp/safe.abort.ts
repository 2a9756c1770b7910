import { Logger } from '@nestjs/common';

const log = new Logger('Calls');

/**
 * Aborts a signal whose listeners belong to a feature. Node throws the error of a listener from a later tick, where it
 * would end the process. Those ticks stand between two of ours, so the error is logged with the feature's name.
 */
export function abortSafely(controller: AbortController, reason: unknown, feature: string): void {
  process.nextTick(capture, feature);
  controller.abort(reason);
  process.nextTick(release);
}

let isCapturing = false;

function capture(feature: string): void {
  // Somebody else decides about uncaught exceptions in this process.
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  isCapturing = true;
  process.setUncaughtExceptionCaptureCallback((error) => {
    log.error({ event: 'abort_listener.failed', feature, error: String(error) });
  });
}

function release(): void {
  if (isCapturing) process.setUncaughtExceptionCaptureCallback(null);
  isCapturing = false;
}
