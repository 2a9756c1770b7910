import type { IncomingMessage } from 'node:http';

const STATUS = { too_large: 413, aborted: 400, consumed: 500 } as const;

/** A body that cannot be read. The message may be read by the client. */
export class RequestBodyError extends Error {
  readonly status: (typeof STATUS)[keyof typeof STATUS];

  /** @param code `consumed`: a body parser of the application has read it and kept none of its bytes */
  constructor(
    readonly code: keyof typeof STATUS,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RequestBodyError';
    this.status = STATUS[code];
  }
}

/** A request, with what body parsers leave on it. */
export type ParsedRequest = IncomingMessage & { readonly body?: unknown; readonly rawBody?: unknown };

/**
 * Returns the body as it was sent. It is read by events: an async iterator destroys the connection when its loop ends
 * early, and the client never sees the refusal.
 * @throws {RequestBodyError} as soon as the limit is exceeded, and instead of a wait for a stream that has ended
 */
export async function readBytes(req: ParsedRequest, maxBytes: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const isUnread = !req.readableDidRead && !req.readableEnded && !req.destroyed;
  const bytes = isUnread ? await readStream(req, maxBytes) : keptBytes(req);
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

const tooLarge = (maxBytes: number): RequestBodyError =>
  new RequestBodyError('too_large', `The body is larger than ${maxBytes} bytes`);

function keptBytes({ body, rawBody, destroyed, complete }: ParsedRequest): Buffer {
  if (Buffer.isBuffer(rawBody)) return rawBody;
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (destroyed && !complete) throw abortedBy();
  throw new RequestBodyError(
    'consumed',
    'A body parser has read the body before this route. Limit it to other routes, or let it keep the bytes in rawBody',
  );
}

/** Nest logs every other error with its stack, and a client may abort as often as it likes. */
const abortedBy = (cause?: unknown): RequestBodyError =>
  new RequestBodyError('aborted', 'The request was aborted', { cause });

function readStream(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes));
    });
    req.once('end', () => resolve(Buffer.concat(chunks, size)));
    req.once('error', (cause) => reject(abortedBy(cause)));
  });
}
