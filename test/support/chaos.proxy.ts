import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the way to Logto behaves: as it is, dead, silent, or answering something else. */
export type Fault =
  | 'none'
  | 'dead'
  | 'hang'
  | 'html'
  /** 400 MB of JSON. */
  | 'flood'
  | { readonly status: number; readonly body?: string }
  | { readonly delayMs: number };

/** Stands between the server and Logto, counts what passes and spoils it on demand. */
export interface ChaosProxy {
  readonly origin: string;
  fault: Fault;
  /** Requests seen since the last reset whose path ends like this. */
  count(pathEnd: string): number;
  reset(): void;
  close(): Promise<void>;
}

export async function startChaosProxy(target: string): Promise<ChaosProxy> {
  let paths: string[] = [];
  const state: { fault: Fault } = { fault: 'none' };
  const server = createServer((req, res) => {
    paths.push((req.url ?? '').split('?')[0] ?? '');
    spoil(state.fault, req, res, () => forward(target, req, res));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    get fault() {
      return state.fault;
    },
    set fault(fault: Fault) {
      state.fault = fault;
    },
    count: (pathEnd) => paths.filter((path) => path.endsWith(pathEnd)).length,
    reset: () => {
      paths = [];
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function spoil(fault: Fault, req: IncomingMessage, res: ServerResponse, pass: () => void): void {
  if (fault === 'none') pass();
  else if (fault === 'dead') req.socket.destroy();
  else if (fault === 'hang') req.resume();
  else if (fault === 'html') res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
  else if (fault === 'flood') flood(res);
  else if ('delayMs' in fault) setTimeout(pass, fault.delayMs);
  else res.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body ?? '{}');
}

function flood(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  let left = 400;
  const pump = (): void => {
    while (left > 0 && !res.destroyed) {
      left -= 1;
      if (!res.write(chunk)) return void res.once('drain', pump);
    }
    res.end();
  };
  pump();
}

function forward(target: string, req: IncomingMessage, res: ServerResponse): void {
  const { host: _ours, ...headers } = req.headers;
  const upstream = request(new URL(req.url ?? '/', target), { method: req.method, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
  });
  upstream.once('error', () => res.destroy());
  req.pipe(upstream);
}
