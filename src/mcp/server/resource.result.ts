import {
  type CacheHint,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
} from '@modelcontextprotocol/server';

interface Answering {
  /** As the caller has written it, who compares it. */
  readonly uri: string;
  readonly mimeType?: string;
  readonly cache?: CacheHint;
}

/**
 * Turns what a resource returned into a result, serialising it here: what JSON cannot carry must fail as a fault of
 * the resource, not later inside a transport.
 * @throws {ProtocolError} -32602 when the method says that there is nothing
 * @throws {TypeError} when the value cannot be serialised
 */
export function toReadResourceResult(
  value: unknown,
  { uri, mimeType, cache }: Answering,
): ReadResourceResult {
  // Hints that only 2026-07-28 knows are open fields to earlier clients.
  if (isReady(value)) {
    JSON.stringify(value);
    return { ...cache, ...value };
  }
  return { contents: [{ uri, ...contentOf(value, uri, mimeType) }], ...cache };
}

function contentOf(
  value: unknown,
  uri: string,
  mimeType: string | undefined,
): { mimeType?: string; text: string } | { mimeType: string; blob: string } {
  if (value === undefined || value === null) throw resourceNotFound(uri);
  if (typeof value === 'string') return { ...(mimeType !== undefined && { mimeType }), text: value };
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { mimeType: mimeType ?? 'application/octet-stream', blob: bytes.toString('base64') };
  }
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be a resource`);
  return { mimeType: mimeType ?? 'application/json', text };
}

/**
 * -32602 in every era: 2026-07-28 forbids the -32002 of earlier revisions, and their clients know both.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/resources#error-handling
 */
export const resourceNotFound = (uri: string): ProtocolError =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, 'Resource not found', { uri });

function isReady(value: unknown): value is ReadResourceResult {
  return typeof value === 'object' && value !== null && 'contents' in value && Array.isArray(value.contents);
}
