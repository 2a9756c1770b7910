import type { IncomingMessage } from 'node:http';
import { McpHttpError } from '../mcp.errors.js';
import { exceededBound } from './json.bounds.js';
import { INVALID_REQUEST, invalidRequest } from './rpc.message.js';

/** JSON-RPC 2.0 section 5.1. */
const PARSE_ERROR = -32700;
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

/**
 * Reads a message, only after its sender is known. Strict where leniency has been an attack elsewhere: another media
 * type (a browser sends text/plain across origins unasked), another charset, a compressed body, broken UTF-8.
 * @throws {McpHttpError} 400, 413 or 415
 */
export async function readMessage(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!MEDIA_TYPE.test(req.headers['content-type'] ?? '')) {
    throw new McpHttpError(415, INVALID_REQUEST, 'Content-Type must be application/json in UTF-8');
  }
  if (req.headers['content-encoding'] !== undefined) {
    throw new McpHttpError(415, INVALID_REQUEST, 'Content-Encoding is not supported');
  }
  const notJson = () => new McpHttpError(400, PARSE_ERROR, 'The body is not JSON in UTF-8');
  const text = decodeUtf8(await readBytes(req, maxBytes));
  if (text === undefined) throw notJson();
  const exceeded = exceededBound(BOUNDS, text);
  if (exceeded !== undefined) throw invalidRequest(BEYOND[exceeded]);
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
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
      const message = `The body is larger than ${maxBytes} bytes`;
      reject(new McpHttpError(413, INVALID_REQUEST, message, { Connection: 'close' }));
    };
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return refuse();
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size > maxBytes) return refuse();
      chunks.push(bytes);
    });
    req.once('end', () => resolve(Buffer.concat(chunks, size)));
    // Nest logs every other error with its stack, and a client may abort as often as it likes.
    req.once('error', () => reject(new McpHttpError(400, INVALID_REQUEST, 'The request was aborted')));
  });
}
