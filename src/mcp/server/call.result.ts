import {
  type CallToolResult,
  type InputRequiredResult,
  isCallToolResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { assertSize, serialise } from './plain.result.js';

/**
 * Turns what a tool returned into a result, serialising it here: a value that JSON cannot carry must fail as an
 * error of the tool, not later inside a transport, where the caller would wait for ever.
 * @throws {TypeError} when the value cannot be serialised, or looks like a result and is none
 * @throws {ToolError} when it is larger than may be answered
 */
export function toCallToolResult(value: unknown, maxBytes: number): CallToolResult | InputRequiredResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') {
    assertSize(Buffer.byteLength(value), maxBytes);
    return textResult(value);
  }
  const text = serialise(value, maxBytes);
  // What the text says, not what the object holds: a Date or a toJSON() differ.
  const plain: unknown = JSON.parse(text);
  if (isInputRequiredResult(plain)) return plain;
  if (isReadyResult(plain)) {
    if (!isTextOnly(plain) && !isCallToolResult(plain))
      throw new TypeError('The tool returned content that the protocol does not know');
    return plain;
  }
  // The text serves older clients, for whom the SDK also wraps what is no object.
  return { ...textResult(text), structuredContent: plain };
}

export const textResult = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

export const errorResult = (text: string): CallToolResult => ({ ...textResult(text), isError: true });

function isReadyResult(value: unknown): value is { content: unknown[] } {
  return typeof value === 'object' && value !== null && 'content' in value && Array.isArray(value.content);
}

/** What nearly every tool answers: no need to ask the schema of everything that a result may be. */
function isTextOnly(result: { content: unknown[]; structuredContent?: unknown }): result is CallToolResult {
  const { content, structuredContent = {}, ...rest } = result;
  const isObject = typeof structuredContent === 'object' && structuredContent !== null;
  return (
    isObject && !Array.isArray(structuredContent) && Object.keys(rest).length === 0 && content.every(isText)
  );
}

const isText = (block: unknown): boolean =>
  typeof block === 'object' &&
  block !== null &&
  'text' in block &&
  typeof block.text === 'string' &&
  'type' in block &&
  block.type === 'text' &&
  Object.keys(block).length === 2;
