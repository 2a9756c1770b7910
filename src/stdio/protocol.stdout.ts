import { Writable } from 'node:stream';

/**
 * Keeps stdout for the protocol: what anything else in the process writes there from now on goes to stderr. A single
 * stray line, of a logger or a library, would reach the client as a broken message.
 * @returns the only way to stdout
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 */
export function claimStdout({
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): Writable {
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  const protocol = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => {
      if (typeof chunk === 'string') write(chunk, encoding, done);
      else write(chunk, done);
    },
  });
  // The client may close its end first.
  stdout.on('error', (error) => protocol.destroy(error));
  return protocol;
}
