import {
  type GetPromptResult,
  type InputRequiredResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { assertSize, serialise } from './plain.result.js';

/**
 * Turns what a prompt returned into a result.
 * @throws {TypeError} when the value is nothing a prompt may return, or cannot be serialised
 * @throws {ToolError} when it is larger than may be answered
 */
export function toGetPromptResult(
  value: unknown,
  description: string | undefined,
  maxBytes: number,
): GetPromptResult | InputRequiredResult {
  const described = description !== undefined && { description };
  if (typeof value === 'string') {
    assertSize(Buffer.byteLength(value), maxBytes);
    return { ...described, messages: [{ role: 'user', content: { type: 'text', text: value } }] };
  }
  const plain: unknown = JSON.parse(serialise(value, maxBytes));
  if (isInputRequiredResult(plain)) return plain;
  if (isReady(plain)) return { ...described, ...plain };
  if (isMessages(plain)) return { ...described, messages: plain };
  throw new TypeError(`A ${typeof value} cannot be the result of a prompt`);
}

const isMessages = (value: unknown): value is GetPromptResult['messages'] =>
  Array.isArray(value) &&
  value.every((message) => typeof message === 'object' && message !== null && 'content' in message);

const isReady = (value: unknown): value is GetPromptResult =>
  typeof value === 'object' && value !== null && 'messages' in value && isMessages(value.messages);
