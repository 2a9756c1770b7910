import type { IncomingMessage } from 'node:http';
import { RegistrationError } from '../registration.errors.js';

const MAX_BYTES = 16_384;
const MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** @throws {RegistrationError} for what is not JSON, compressed, or larger than any metadata */
export async function readBody(req: IncomingMessage): Promise<unknown> {
  if (!MEDIA_TYPE.test(req.headers['content-type'] ?? '') || req.headers['content-encoding'] !== undefined) {
    throw new RegistrationError('invalid_client_metadata', 'The body must be application/json in UTF-8', 415);
  }
  const chunks: Buffer[] = [];
  let size = Number(req.headers['content-length'] ?? 0);
  if (size > MAX_BYTES) throw tooLarge();
  size = 0;
  try {
    for await (const chunk of req) {
      // Without an encoding set, a request yields Buffers.
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > MAX_BYTES) throw tooLarge();
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof RegistrationError) throw error;
    // Nest logs every other error with its stack, and a client may abort as often as it likes.
    throw new RegistrationError('invalid_client_metadata', 'The request was aborted');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new RegistrationError('invalid_client_metadata', 'The body must be a JSON object');
  }
}

const tooLarge = () =>
  new RegistrationError('invalid_client_metadata', `The body is larger than ${MAX_BYTES} bytes`, 413);
