import { RELATED_TASK_META_KEY } from '@modelcontextprotocol/server';
import { McpHttpError, type RefusalDetails } from '../mcp.errors.js';
import { memberOf } from '../members.js';

/** JSON-RPC 2.0 section 5.1. */
export const INVALID_REQUEST = -32600;
/** Ids are echoed and kept, so they must not be as large as a body may be. */
const LONGEST_ID_BYTES = 256;
/** One request must not become hundreds. */
const LARGEST_BATCH = 20;

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isVersion: Check = (value) => value === '2.0';
// What a JSON number carries exactly: 1e400 and 2^53+1 would answer under another id than was sent.
const isId = (value: unknown): value is string | number =>
  isText(value) ? Buffer.byteLength(value) <= LONGEST_ID_BYTES : Number.isSafeInteger(value);
const isToken: Check = (value) => value === undefined || isText(value) || Number.isSafeInteger(value);
// The SDK drops a message with another one, and its sender would wait for ever.
const isRelatedTask: Check = (value) =>
  value === undefined || (isObject(value) && isText(Reflect.get(value, 'taskId')));
const isMeta: Check = (value) =>
  value === undefined ||
  (isObject(value) &&
    isToken(Reflect.get(value, 'progressToken')) &&
    isRelatedTask(Reflect.get(value, RELATED_TASK_META_KEY)));
const isResult: Check = (value) => isObject(value) && isMeta(Reflect.get(value, '_meta'));
const isParams: Check = (value) => value === undefined || isResult(value);
const isFailure: Check = (value) =>
  isObject(value) &&
  Number.isSafeInteger(Reflect.get(value, 'code')) &&
  isText(Reflect.get(value, 'message'));

/** What each member of a message has to be. Written out, because every message is asked. */
type Shape = ReadonlyMap<string, Check>;
const REQUEST: Shape = new Map([
  ['jsonrpc', isVersion],
  ['id', isId],
  ['method', isText],
  ['params', isParams],
]);
const NOTIFICATION: Shape = new Map([
  ['jsonrpc', isVersion],
  ['method', isText],
  ['params', isParams],
]);
const RESULT: Shape = new Map([
  ['jsonrpc', isVersion],
  ['id', isId],
  ['result', isResult],
]);
const ERROR: Shape = new Map([
  ['jsonrpc', isVersion],
  ['id', (value: unknown) => value === undefined || isId(value)],
  ['error', isFailure],
]);

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

/** The id under which the client waits for this message; undefined unless the message is one request with a valid id. */
export function requestIdOf(body: unknown): string | number | undefined {
  if (!isObject(body) || 'result' in body || 'error' in body) return undefined;
  const id = memberOf(body, 'id');
  return isId(id) ? id : undefined;
}

export const isRequest = (message: object): message is { id: string | number; method: string } =>
  'method' in message && 'id' in message;

export const invalidRequest = (message: string, details: RefusalDetails = {}): McpHttpError =>
  new McpHttpError(400, INVALID_REQUEST, message, {}, details);

function assertOne(message: unknown): asserts message is object {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw invalidRequest('The body is not a JSON-RPC 2.0 message');
  }
  const fault = faultIn(message, shapeOf(message));
  // The name of the member is one of ours; what came in is not repeated.
  if (fault !== undefined) throw invalidRequest(`The body is not a JSON-RPC 2.0 message: ${fault}`);
  if (isInitialize(message) && !isRequest(message)) throw invalidRequest('initialize needs an id');
}

function shapeOf(message: object): Shape {
  if ('method' in message) return 'id' in message ? REQUEST : NOTIFICATION;
  return 'error' in message ? ERROR : RESULT;
}

/** Strict: parsers that look for "Method", or take "method" and "result" at once, have disagreed about a message. */
function faultIn(message: object, shape: Shape): string | undefined {
  for (const [name, check] of shape) {
    if (!check(Reflect.get(message, name))) return `"${name}" is wrong`;
  }
  return Object.keys(message).every((name) => shape.has(name))
    ? undefined
    : 'it has members of no such message';
}

export const isInitialize = (message: object): boolean =>
  'method' in message && message.method === 'initialize';
