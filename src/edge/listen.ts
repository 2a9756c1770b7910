import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

const log = new Logger('Server');

/** The address cannot be listened on. */
export class ListenError extends Error {
  readonly code = 'listen_failed';

  constructor(port: number, host: string, options: ErrorOptions) {
    super(`Port ${port} of ${host} cannot be used. Set PORT to another one, or HOST.`, options);
    this.name = 'ListenError';
  }
}

/** @throws {ListenError} when the port is taken or the address is not ours */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => reject(new ListenError(port, host, { cause }));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      // One connection that could not be accepted, for want of a file: without a listener it would end the process.
      server.on('error', (error) => log.error({ event: 'server.error', error: String(error) }));
      resolve();
    });
  });
}

/** Long enough for a full queue, and an end for a flood. */
const QUEUE_MS = 2_000;

/**
 * Refuses new connections and leaves the open ones alone. First it takes in those that the kernel has established
 * already, of which Node accepts one in each turn of its loop: closing would reset them, with the requests on them.
 */
export async function stopListening(server: Server): Promise<void> {
  let arrived = 0;
  const count = () => {
    arrived += 1;
  };
  server.on('connection', count).on('drop', count);
  const deadline = performance.now() + QUEUE_MS;
  for (let before = -1; before < arrived && performance.now() < deadline;) {
    before = arrived;
    await setImmediate();
  }
  server.off('connection', count).off('drop', count);
  // The HTTP server's own close() cuts idle connections, on which a request may be on its way at this moment, and
  // ends the supervision of slow ones.
  NetServer.prototype.close.call(server);
}
