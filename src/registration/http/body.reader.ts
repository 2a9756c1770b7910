import type { IncomingMessage } from 'node:http';
import { readBytes, RequestBodyError } from '../../edge/index.js';
import { RegistrationError } from '../registration.errors.js';

const MAX_BYTES = 16_384;
const MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** @throws {RegistrationError} for what is not JSON, compressed, or larger than any metadata */
export async function readBody(req: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (!MEDIA_TYPE.test(req.headers['content-type'] ?? '') || req.headers['content-encoding'] !== undefined) {
    throw new RegistrationError('invalid_client_metadata', 'The body must be application/json in UTF-8', 415);
  }
  try {
    return parse(await readBytes(req, MAX_BYTES));
  } catch (error) {
    if (!(error instanceof RequestBodyError)) throw error;
    if (error.status !== 500)
      throw new RegistrationError('invalid_client_metadata', error.message, error.status);
    // A body parser of the application has read it, and its length was within the limit.
    if (req.body === undefined || req.headers['content-length'] === undefined) throw error;
    return req.body;
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new RegistrationError('invalid_client_metadata', 'The body must be a JSON object');
  }
}
