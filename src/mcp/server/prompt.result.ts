import type { GetPromptResult } from '@modelcontextprotocol/server';

/**
 * Turns what a prompt returned into a result.
 * @throws {TypeError} when the value is nothing a prompt may return, or cannot be serialised
 */
export function toGetPromptResult(value: unknown, description: string | undefined): GetPromptResult {
  const described = description !== undefined && { description };
  if (typeof value === 'string') {
    return { ...described, messages: [{ role: 'user', content: { type: 'text', text: value } }] };
  }
  JSON.stringify(value);
  if (isReady(value)) return { ...described, ...value };
  if (isMessages(value)) return { ...described, messages: value };
  throw new TypeError(`A ${typeof value} cannot be the result of a prompt`);
}

const isMessages = (value: unknown): value is GetPromptResult['messages'] =>
  Array.isArray(value) &&
  value.every((message) => typeof message === 'object' && message !== null && 'content' in message);

const isReady = (value: unknown): value is GetPromptResult =>
  typeof value === 'object' && value !== null && 'messages' in value && isMessages(value.messages);
