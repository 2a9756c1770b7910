import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';

/** A fault as its caller may know it: a reference into the log, where the rest is. */
export interface MaskedFault {
  readonly ref: string;
  readonly message: string;
}

const log = new Logger('Faults');

/** Logs what was thrown, whatever it is, and answers with words that give nothing away. */
export function maskFault(event: string, error: unknown, details: object = {}): MaskedFault {
  const ref = randomBytes(6).toString('hex');
  log.error({ event, ...details, ref, error: describe(error) });
  return { ref, message: `Internal error (ref ${ref})` };
}

/** What a log entry holds of a message; a database driver appends the query and its parameters in further lines. */
const LONGEST_MESSAGE = 500;

/** Anything can be thrown, also what throws again when it is looked at. */
function describe(error: unknown): string {
  try {
    if (!(error instanceof Error)) return firstLine(String(error));
    const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    return [`${error.name}: ${firstLine(error.message)}`, ...frames].join('\n');
  } catch {
    return `a thrown ${typeof error} that cannot be described`;
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, LONGEST_MESSAGE) ?? '';
