import { type InputRequiredResult, isInputRequiredResult } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';

/** @throws {ToolError} in words from which an agent can go on: it has asked for too much, and can ask for less */
export function assertSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new ToolError(
    `Result too large: ${bytes} bytes, and no more than ${maxBytes} can be answered. ` +
      'Ask for less: a narrower query, fewer items, or one part at a time',
  );
}

/**
 * What JSON makes of a value, once and for all: a getter or toJSON() that answers differently the second time would
 * otherwise fail inside a transport, where the caller would wait for ever.
 * @throws {TypeError} when JSON can make nothing of it
 * @throws {ToolError} when that is larger than may be answered
 */
export function serialise(value: unknown, maxBytes: number): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be a result`);
  assertSize(Buffer.byteLength(text), maxBytes);
  return text;
}

/** Whether a value consists of these members only. What has others is data that happens to look like a result. */
export function hasOnly(value: object, members: ReadonlySet<string>): boolean {
  for (const name in value) if (!members.has(name)) return false;
  return true;
}

const INPUT_REQUIRED_MEMBERS = new Set(['resultType', 'inputRequests', 'requestState', '_meta']);

/** An `inputRequired(...)` result of the SDK, as JSON. */
export const isReadyInputRequired = (value: unknown): value is InputRequiredResult =>
  isInputRequiredResult(value) && hasOnly(value, INPUT_REQUIRED_MEMBERS);
