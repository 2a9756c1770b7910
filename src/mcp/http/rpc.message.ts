import { z } from 'zod';
import { McpHttpError } from '../mcp.errors.js';

/** JSON-RPC 2.0 section 5.1. */
export const INVALID_REQUEST = -32600;
/** Ids are echoed and kept, so they must not be as large as a body may be. */
const LONGEST_ID_BYTES = 256;
/** One request must not become hundreds. */
const LARGEST_BATCH = 20;

const jsonrpc = z.literal('2.0');
// z.int() takes what a JSON number carries exactly: 1e400 and 2^53+1 would answer under another id than was sent.
const id = z.union([z.string().refine((text) => Buffer.byteLength(text) <= LONGEST_ID_BYTES), z.int()]);
const method = z.string();
const meta = z.looseObject({ progressToken: z.union([z.string(), z.int()]).optional() });
const params = z.looseObject({ _meta: meta.optional() }).optional();
const failure = z.looseObject({ code: z.int(), message: z.string() });

// Strict, because parsers that look for "Method" or take "method" and "result" at once have disagreed about a message.
const request = z.strictObject({ jsonrpc, id, method, params });
const notification = z.strictObject({ jsonrpc, method, params });
const result = z.strictObject({ jsonrpc, id, result: z.looseObject({ _meta: meta.optional() }) });
const error = z.strictObject({ jsonrpc, id: id.optional(), error: failure });

/**
 * A JSON-RPC message or a batch of them, in the form that every revision shares. Asked before any transport sees the
 * body, so that all of them refuse the same.
 * @throws {McpHttpError} 400
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 */
export function assertMessage(body: unknown): asserts body is object {
  if (!Array.isArray(body)) return assertOne(body);
  if (body.length === 0) throw invalidRequest('An empty batch is no message');
  if (body.length > LARGEST_BATCH)
    throw invalidRequest(`A batch holds no more than ${LARGEST_BATCH} messages`);
  const ids: unknown[] = [];
  for (const message of body as readonly unknown[]) {
    assertOne(message);
    if (isInitialize(message)) throw invalidRequest('initialize cannot be part of a batch');
    if (isRequest(message)) ids.push(message.id);
  }
  if (new Set(ids).size < ids.length) throw invalidRequest('Two requests of the batch have the same id');
}

export const isRequest = (message: object): message is { id: string | number; method: string } =>
  'method' in message && 'id' in message;

export const invalidRequest = (message: string): McpHttpError =>
  new McpHttpError(400, INVALID_REQUEST, message);

function assertOne(message: unknown): asserts message is object {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw invalidRequest('The body is not a JSON-RPC 2.0 message');
  }
  const { error: fault } = shapeOf(message).safeParse(message);
  if (fault !== undefined) {
    // The name of the member is one of ours; what came in is not repeated.
    const member = fault.issues[0]?.path[0];
    const what = member === undefined ? 'it has members of no such message' : `"${String(member)}" is wrong`;
    throw invalidRequest(`The body is not a JSON-RPC 2.0 message: ${what}`);
  }
  if (isInitialize(message) && !isRequest(message)) throw invalidRequest('initialize needs an id');
}

function shapeOf(message: object): z.ZodType {
  if ('method' in message) return 'id' in message ? request : notification;
  return 'error' in message ? error : result;
}

export const isInitialize = (message: object): boolean =>
  'method' in message && message.method === 'initialize';
