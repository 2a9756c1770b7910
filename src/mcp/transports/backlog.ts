import type { ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';

type Write = (...parameters: readonly unknown[]) => boolean;

const log = new Logger('Streams');

/**
 * Cuts an answer whose client does not read, when more than `maxBytes` wait for it. Without it every notification to
 * a client that has stopped reading is kept until the process has no memory left. What is being sent may be larger:
 * only a client that is behind already is cut, and loses at most what the revision lets it resume.
 */
export function capBacklog(res: ServerResponse, maxBytes: number): void {
  // One of its overloads; the parameters go through untouched.
  const write = res.write.bind(res) as Write;
  const capped: Write = (...parameters) => {
    if (res.writableLength > maxBytes) {
      log.warn({ event: 'stream.stalled', bytes: res.writableLength });
      res.destroy();
      return false;
    }
    write(...parameters);
    // "Go on": the SDKs' streams would otherwise wait, and keep what follows in queues of theirs that nobody can measure.
    return true;
  };
  res.write = capped;
}
