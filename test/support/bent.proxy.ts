import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer on its way through the proxy. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BentRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** What the proxy does to an answer; `undefined` drops the connection. `pass` fetches the real one. */
export type Bend = (
  request: BentRequest,
  pass: () => Promise<Answer>,
) => Promise<Answer | undefined> | Answer | undefined;

export interface BentProxy {
  readonly origin: string;
  bend: Bend | undefined;
  close(): Promise<void>;
}

export interface BentProxyOptions {
  readonly port?: number;
  /** By which name the target goes in everything that passes: the proxy's own, or another. */
  readonly renames?: true | string;
  /** Done to every real answer, before any bend. */
  readonly always?: (answer: Answer, path: string) => Answer;
}

/** A reverse proxy in front of a real server that spoils answers in exactly the way a test tells it to. */
export async function startBentProxy(
  target: string,
  { port = 0, renames, always = (answer) => answer }: BentProxyOptions = {},
): Promise<BentProxy> {
  const state: { bend: Bend | undefined; origin: string } = { bend: undefined, origin: '' };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const pass = async () => {
        const answer = await forward(target, req, Buffer.concat(chunks));
        const name = renames === true ? state.origin : (renames ?? target);
        return always(renamed(answer, target, name), req.url ?? '');
      };
      const bent = { method: req.method ?? '', path: req.url ?? '', headers: req.headers };
      Promise.resolve(state.bend ? state.bend(bent, pass) : pass()).then(
        (answer) => {
          if (answer === undefined) req.socket.destroy();
          else res.writeHead(answer.status, answer.headers).end(answer.body);
        },
        () => req.socket.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  state.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    get origin() {
      return state.origin;
    },
    get bend() {
      return state.bend;
    },
    set bend(bend) {
      state.bend = bend;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function forward(target: string, req: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _ours, connection: _hop, ...headers } = req.headers;
  return new Promise((resolve, reject) => {
    const upstream = request(new URL(req.url ?? '/', target), { method: req.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 502,
          headers: flat(answer.headers),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    upstream.once('error', reject);
    upstream.end(body);
  });
}

/** The length changes with the body, and nobody is left to chunk it. */
const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name))
      .map(([name, value]) => [name, String(value)]),
  );

function renamed({ status, headers, body }: Answer, from: string, to: string): Answer {
  const rename = (text: string) =>
    text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to));
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, rename(value)])),
    body: rename(body),
  };
}
