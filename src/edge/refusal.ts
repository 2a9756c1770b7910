import { type ServerResponse, STATUS_CODES } from 'node:http';

/** What the edge answers instead of handing a request on. */
export interface Refusal {
  readonly status: number;
  /** Stable, for programs. */
  readonly error: string;
  /** For people. Never repeats what the request said: it may be a secret, or markup. */
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NOT_FOUND: Refusal = { status: 404, error: 'not_found', description: 'There is nothing here' };
export const SERVER_ERROR: Refusal = { status: 500, error: 'server_error', description: 'Internal error' };

const bodyOf = ({ error, description }: Refusal): string =>
  JSON.stringify({ error, error_description: description });

const headersOf = (refusal: Refusal, body: string): Record<string, string> => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
  ...refusal.headers,
});

/** Answers with a refusal, or cuts the answer off when another one has begun. */
export function sendRefusal(res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = bodyOf(refusal);
  res.writeHead(refusal.status, headersOf(refusal, body)).end(body);
}

/** The bytes of a refusal, for a connection on which no request could be read. It ends the connection. */
export function refusalBytes(refusal: Refusal, { bodiless = false } = {}): string {
  const body = bodyOf(refusal);
  const headers = {
    ...headersOf(refusal, body),
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const statusLine = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`;
  return [statusLine, ...lines, '', bodiless ? '' : body].join('\r\n');
}
