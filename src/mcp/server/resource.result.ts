import {
  type CacheHint,
  type InputRequiredResult,
  isSpecType,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
} from '@modelcontextprotocol/server';
import { assertSize, hasOnly, isReadyInputRequired, serialise } from './plain.result.js';

interface Answering {
  /** As the caller has written it, who compares it. */
  readonly uri: string;
  readonly mimeType?: string;
  readonly cache?: CacheHint;
  readonly maxBytes: number;
}

/**
 * Turns what a resource returned into a result, serialising it here: what JSON cannot carry must fail as a fault of
 * the resource, not later inside a transport.
 * @throws {ProtocolError} -32602 when the method says that there is nothing
 * @throws {TypeError} when the value cannot be serialised
 * @throws {ToolError} when it is larger than may be answered
 */
export function toReadResourceResult(
  value: unknown,
  { uri, mimeType, cache, maxBytes }: Answering,
): ReadResourceResult | InputRequiredResult {
  if (value === undefined || value === null) throw resourceNotFound(uri);
  if (typeof value === 'string') {
    assertSize(Buffer.byteLength(value), maxBytes);
    return { contents: [{ uri, ...(mimeType !== undefined && { mimeType }), text: value }], ...cache };
  }
  if (value instanceof Uint8Array) {
    const blob = base64Of(value, maxBytes);
    return { contents: [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob }], ...cache };
  }
  const text = serialise(value, maxBytes);
  const plain: unknown = JSON.parse(text);
  if (isReadyInputRequired(plain)) return plain;
  // Hints that only 2026-07-28 knows are open fields to earlier clients.
  if (isReady(plain)) return { ...cache, ...plain };
  return { contents: [{ uri, mimeType: mimeType ?? 'application/json', text }], ...cache };
}

function base64Of({ buffer, byteOffset, byteLength }: Uint8Array, maxBytes: number): string {
  // Four characters for three bytes.
  assertSize(Math.ceil(byteLength / 3) * 4, maxBytes);
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/**
 * -32602 in every era: 2026-07-28 forbids the -32002 of earlier revisions, and their clients know both.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/resources#error-handling
 */
export const resourceNotFound = (uri: string): ProtocolError =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, 'Resource not found', { uri });

const MEMBERS = new Set(['contents', '_meta', 'ttlMs', 'cacheScope', 'resultType']);

/** Only what the protocol describes completely is a result; all else with `contents` is data. */
const isReady = (value: unknown): value is ReadResourceResult =>
  typeof value === 'object' &&
  value !== null &&
  'contents' in value &&
  hasOnly(value, MEMBERS) &&
  isSpecType.ReadResourceResult(value);
