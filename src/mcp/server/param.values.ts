import { memberOf } from '../members.js';
import type { ParamHeader } from './param.headers.js';

const SENTINEL = /^=\?base64\?(.*)\?=$/s;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * Compares the headers of a call with its arguments: a proxy has routed by the former, the tool runs with the latter.
 * A parameter that is absent or null has no header; what has the wrong type is left to the tool's schema.
 * @param headers lower-case names
 * @returns which header is wrong, and how
 */
export function paramMismatch(
  declared: readonly ParamHeader[],
  args: unknown,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string | undefined {
  for (const { path, header, type } of declared) {
    const value = path.reduce<unknown>(memberOf, args);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const sent = headers[header];
    if (typeof sent !== 'string') return `The ${header} header is missing`;
    const decoded = decode(sent);
    if (decoded === undefined) return `The ${header} header is not valid Base64 of UTF-8`;
    if (!isSame(type, value, decoded)) return `The ${header} header and the body disagree`;
  }
  return undefined;
}

/** A value that a header cannot carry is wrapped; anything without the whole wrapper means itself. */
function decode(sent: string): string | undefined {
  const wrapped = SENTINEL.exec(sent)?.[1];
  if (wrapped === undefined) return sent;
  // Buffer skips what is not Base64; two spellings of one value would pass a proxy that compares strings.
  if (!BASE64.test(wrapped)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(wrapped, 'base64'));
  } catch {
    return undefined;
  }
}

function isSame(type: ParamHeader['type'], value: string | number | boolean, sent: string): boolean {
  // 42 and 42.0 are one integer.
  if (type === 'integer' && typeof value === 'number') return DECIMAL.test(sent) && Number(sent) === value;
  return sent === String(value);
}
