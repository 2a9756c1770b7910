import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

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
  const onward = request(url, { method: req.method, headers, timeout: TIMEOUT_MS });
  onward.on('timeout', () => onward.destroy(new Error('The server took too long')));
  onward.on('response', (response) => {
    res.writeHead(response.statusCode ?? 502, response.headers);
    pipeline(response, res, () => undefined);
  });
  pipeline(req, onward, (error) => {
    if (error && !res.headersSent) res.writeHead(502).end('Bad Gateway');
  });
}

function entryOf({ headers }: IncomingMessage, name: string): [string, string][] {
  const value = headers[name];
  return typeof value === 'string' ? [[name, value]] : [];
}
