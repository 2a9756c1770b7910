import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where a reverse proxy would, because the official suites cannot authenticate. */
export interface HeaderProxy {
  /** The public face of the server behind. */
  readonly origin: string;
  /** Where requests go, and the token of those that bring none. */
  forward(target: string, token: string): void;
  close(): Promise<void>;
}

/**
 * Adds a bearer token and passes everything else on as it came, Host and Origin included: what a suite finds out about
 * either, it finds out about the server.
 */
export async function startHeaderProxy(): Promise<HeaderProxy> {
  const state = { target: '', token: '' };
  const server = createServer((req, res) => pass(state, req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    forward: (target, token) => Object.assign(state, { target, token }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function pass(
  { target, token }: { target: string; token: string },
  req: IncomingMessage,
  res: ServerResponse,
) {
  const headers = { authorization: `Bearer ${token}`, ...req.headers };
  const upstream = request(new URL(req.url ?? '/', target), { method: req.method, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    // A stream that stays silent must show its head at once.
    res.flushHeaders();
    answer.pipe(res);
    answer.once('error', () => res.destroy());
  });
  upstream.once('error', () => res.destroy());
  // Closing a stream is how a caller of 2026 cancels, so it has to reach the server.
  res.once('close', () => upstream.destroy());
  req.pipe(upstream);
}
