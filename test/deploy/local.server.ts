import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';

export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A plain HTTP server on a free loopback port. */
export async function listen(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: z.object({ port: z.number() }).parse(server.address()).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
