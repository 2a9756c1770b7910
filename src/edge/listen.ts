import type { Server } from 'node:http';

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
      resolve();
    });
  });
}
