import type { Socket } from 'node:net';

/** More than a client still sends before it has read the refusal, and little enough for any attacker. */
const BOUNDS = { bytes: 16_777_216, ms: 10_000 };

/**
 * Reads and discards what a client still sends on a connection whose last response is written, until the client ends
 * it. A connection that is closed with unread bytes is reset, and a reset discards a response that the client has not
 * read yet (RFC 9112 section 9.6).
 */
export function lingeringClose(socket: Socket, bounds = BOUNDS): void {
  const destroy = (): void => {
    socket.destroy();
  };
  const timer = setTimeout(destroy, bounds.ms).unref();
  socket.once('close', () => clearTimeout(timer)).once('end', destroy);
  let bytes = 0;
  // Without the HTTP parser, for which a next request may be among the bytes.
  socket
    .removeAllListeners('data')
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bounds.bytes) destroy();
    })
    .resume();
  socket.end();
}
