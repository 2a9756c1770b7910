import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they arrived. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A server that records requests and answers all of them alike. */
export interface Upstream {
  readonly server: Server;
  readonly port: number;
  readonly seen: Seen[];
  status: number;
}

export async function upstream(name: string, status: number): Promise<Upstream> {
  const seen: Seen[] = [];
  const answer = (res: ServerResponse): void => {
    res.writeHead(self.status, {
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=2'],
      location: 'http://elsewhere.example/x',
    });
    res.end(JSON.stringify({ from: name }));
  };
  const server = createServer((req, res) => {
    void text(req).then((body) => {
      const { method = '', url = '', headers, rawHeaders } = req;
      seen.push({ method, url, headers, rawHeaders, body });
      answer(res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const self: Upstream = { server, port: (server.address() as AddressInfo).port, seen, status };
  return self;
}
