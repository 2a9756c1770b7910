import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { errorText } from '../error.text.js';

/** A fault as its caller may know it: a reference into the log, where the rest is. */
export interface MaskedFault {
  readonly ref: string;
  readonly message: string;
}

const log = new Logger('Faults');

/** Logs what was thrown, whatever it is, and answers with words that give nothing away. */
export function maskFault(event: string, error: unknown, details: object = {}): MaskedFault {
  const ref = randomBytes(6).toString('hex');
  log.error({ event, ...details, ref, error: errorText(error) });
  return { ref, message: `Internal error (ref ${ref})` };
}
