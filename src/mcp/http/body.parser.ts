import type { IncomingMessage } from 'node:http';
import { McpHttpError } from '../mcp.errors.js';
import { exceededBound, exceededBoundOf } from './json.bounds.js';
import { INVALID_REQUEST, invalidRequest } from './rpc.message.js';

/** JSON-RPC 2.0 section 5.1. */
const PARSE_ERROR = -32700;
const INTERNAL_ERROR = -32603;
const GONE =
  'A middleware of the application has read the body and kept nothing of it; remove it from this route, or use a body parser';
/**
 * Deeper than any message, and far from what overflows the stack of whoever walks through it; and more values than a
 * model writes, but few enough for every schema to look at in milliseconds. A long text is one value.
 */
const BOUNDS = { depth: 64, values: 10_000 };
const BEYOND = {
  depth: `The body is nested deeper than ${BOUNDS.depth} levels`,
  values: `The body holds more than ${BOUNDS.values} values`,
};
const MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** A request, with what a body parser of the application may have left on it. */
type MessageRequest = IncomingMessage & { readonly body?: unknown; readonly rawBody?: unknown };

/**
 * Reads a message, only after its sender is known. Strict where leniency has been an attack elsewhere: another media
 * type (a browser sends text/plain across origins unasked), another charset, a compressed body, broken UTF-8.
 * A body that a parser of the application has read is taken as that has left it, within the same bounds.
 * @throws {McpHttpError} 400, 413 or 415; 500 when the body is gone
 */
export async function readMessage(req: MessageRequest, maxBytes: number): Promise<unknown> {
  if (!MEDIA_TYPE.test(req.headers['content-type'] ?? '')) {
    throw new McpHttpError(415, INVALID_REQUEST, 'Content-Type must be application/json in UTF-8');
  }
  if (req.headers['content-encoding'] !== undefined) {
    throw new McpHttpError(415, INVALID_REQUEST, 'Content-Encoding is not supported');
  }
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // A stream that something else has read would be waited for without end.
  const isUnread = !req.readableDidRead && !req.readableEnded && !req.destroyed;
  if (isUnread) return parse(decodeUtf8(await readBytes(req, maxBytes)));
  const { body, rawBody } = req;
  if (Buffer.isBuffer(rawBody)) return parse(decodeUtf8(within(rawBody, maxBytes)));
  if (Buffer.isBuffer(body)) return parse(decodeUtf8(within(body, maxBytes)));
  if (typeof body === 'string') return parse(within(body, maxBytes));
  if (body !== undefined) return checked(body, req, maxBytes);
  throw req.destroyed && !req.complete ? aborted() : new McpHttpError(500, INTERNAL_ERROR, GONE);
}

const aborted = () => new McpHttpError(400, INVALID_REQUEST, 'The request was aborted');
const tooLarge = (maxBytes: number) =>
  new McpHttpError(413, INVALID_REQUEST, `The body is larger than ${maxBytes} bytes`, {
    Connection: 'close',
  });

function parse(text: string | undefined): unknown {
  const notJson = () => new McpHttpError(400, PARSE_ERROR, 'The body is not JSON in UTF-8');
  if (text === undefined) throw notJson();
  assertWithin(exceededBound(BOUNDS, text));
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

function within<T extends string | Buffer>(body: T, maxBytes: number): T {
  if (Buffer.byteLength(body) > maxBytes) throw tooLarge(maxBytes);
  return body;
}

/** A value that is parsed already. Without a length of its text in the headers, its text is written anew. */
function checked(body: unknown, { headers }: IncomingMessage, maxBytes: number): unknown {
  assertWithin(exceededBoundOf(BOUNDS, body));
  if (headers['content-length'] === undefined) within(JSON.stringify(body), maxBytes);
  return body;
}

function assertWithin(exceeded: keyof typeof BOUNDS | undefined): void {
  if (exceeded !== undefined) throw invalidRequest(BEYOND[exceeded]);
}

/** Strict: a decoder that mends broken bytes lets two readers of one message see two messages. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By events: an async iterator over the request costs as much as all the rest of reading it. */
function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = () => {
      req.pause();
      reject(tooLarge(maxBytes));
    };
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size > maxBytes) return refuse();
      chunks.push(bytes);
    });
    req.once('end', () => resolve(Buffer.concat(chunks, size)));
    // Nest logs every other error with its stack, and a client may abort as often as it likes.
    req.once('error', () => reject(aborted()));
  });
}
