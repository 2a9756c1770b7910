import { type IncomingMessage, request, type ServerResponse } from 'node:http';

const TIMEOUT_MS = 30_000;
const PASSED_ON = [
  'accept',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'origin',
  'transfer-encoding',
];

/** Sends a registration on to the server, without what belongs to Logto: its cookies and its name. */
export function forwardRegistration(req: IncomingMessage, res: ServerResponse, url: string): void {
  const headers = Object.fromEntries(PASSED_ON.flatMap((name) => entryOf(req, name)));
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const onward = request(url, { method: req.method, headers, signal });
  const fail = (): void => {
    if (res.headersSent) res.destroy();
    else res.writeHead(502, { connection: 'close' }).end('Bad Gateway');
  };
  onward.on('error', fail);
  onward.on('response', (response) => {
    res.writeHead(response.statusCode ?? 502, response.headers);
    response.on('error', fail).pipe(res);
  });
  res.on('close', () => onward.destroy());
  req.pipe(onward);
}

function entryOf({ headers }: IncomingMessage, name: string): [string, string][] {
  const value = headers[name];
  return typeof value === 'string' ? [[name, value]] : [];
}
