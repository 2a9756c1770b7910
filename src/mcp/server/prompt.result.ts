import {
  type GetPromptResult,
  type InputRequiredResult,
  isSpecType,
  type PromptMessage,
} from '@modelcontextprotocol/server';
import { assertSize, hasOnly, isReadyInputRequired, serialise } from './plain.result.js';

/**
 * Turns what a prompt returned into a result. An object that is no result is data: its JSON is the user's message.
 * @throws {TypeError} when the value is neither text nor an object, or cannot be serialised
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
    return { ...described, messages: [userMessage(value)] };
  }
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`A ${typeof value} cannot be the result of a prompt`);
  }
  const text = serialise(value, maxBytes);
  const plain: unknown = JSON.parse(text);
  if (isReadyInputRequired(plain)) return plain;
  if (isReady(plain)) return { ...described, ...plain };
  return { ...described, messages: isMessages(plain) ? plain : [userMessage(text)] };
}

const userMessage = (text: string): PromptMessage => ({ role: 'user', content: { type: 'text', text } });

const isMessages = (value: unknown): value is PromptMessage[] =>
  Array.isArray(value) && value.every((message) => isSpecType.PromptMessage(message));

const MEMBERS = new Set(['description', 'messages', '_meta', 'resultType']);

/** Only what the protocol describes completely is a result; all else with `messages` is data. */
const isReady = (value: unknown): value is GetPromptResult =>
  typeof value === 'object' &&
  value !== null &&
  'messages' in value &&
  hasOnly(value, MEMBERS) &&
  isSpecType.GetPromptResult(value);
