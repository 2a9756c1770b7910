import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type LocalServer, listen } from './local.server.js';

export interface Forwarder extends LocalServer {
  /** Every path that went through, with its method. */
  readonly forwarded: readonly string[];
}

/** A second address for the same server. The Host header stays what the caller wrote, as between containers. */
export async function forwardTo(port: number): Promise<Forwarder> {
  const forwarded: string[] = [];
  const server = await listen((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url = '/', headers } = incoming;
    forwarded.push(`${method} ${new URL(url, 'http://forwarder').pathname}`);
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  return { ...server, forwarded };
}
