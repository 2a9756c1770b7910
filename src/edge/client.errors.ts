import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { lingeringClose } from './lingering.close.js';
import { type Refusal, refusalBytes } from './refusal.js';

const BY_CODE: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: 'request_timeout',
    description: 'The request took too long to arrive',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: 'headers_too_large',
    description: 'Request line and headers are too large',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    error: 'chunk_extensions_too_large',
    description: 'Chunk extensions are too large',
  },
};
const BAD_REQUEST: Refusal = { status: 400, error: 'invalid_request', description: 'This is not HTTP/1.1' };

/** What Node tells of a request that it could not read. */
interface ParserError extends Error {
  readonly code?: string;
  /** The bytes it was reading. */
  readonly rawPacket?: Buffer;
}

/** RFC 9110 section 9.3.2: whoever sent HEAD would take a body for the answer to his next request. */
const isHead = ({ rawPacket }: ParserError): boolean =>
  rawPacket?.subarray(0, 5).toString('latin1') === 'HEAD ';

/** Answers what Node's parser refuses, or gives up waiting for, and closes the connection. */
export class ClientErrors {
  /** The answer that is next, or under way, on a connection. */
  private readonly latest = new WeakMap<Socket, ServerResponse>();

  track(res: ServerResponse): void {
    this.latest.set(res.req.socket, res);
  }

  answer(error: ParserError, socket: Socket): void {
    const answer = this.latest.get(socket);
    const isAnswered = answer === undefined || answer.writableEnded;
    // Bytes of ours in the middle of an answer, or in place of one that a complete request still waits for, would be
    // taken for it.
    const isFree = isAnswered || (!answer.headersSent && !answer.req.complete);
    if (!isFree || !socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const refusal = refusalBytes(BY_CODE[error.code ?? ''] ?? BAD_REQUEST, { bodiless: isHead(error) });
    socket.write(refusal);
    // The time of a slow client is over.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.end(() => socket.destroy());
    else lingeringClose(socket);
  }

  /** Lets the client of an unread body see the response, where Node would close the connection behind it. */
  watch(socket: Socket): void {
    const destroySoon = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      if (this.latest.get(socket)?.req.complete === false) lingeringClose(socket);
      else destroySoon();
    };
  }
}
