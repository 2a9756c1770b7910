import { type CallToolResult, isCallToolResult } from '@modelcontextprotocol/server';

/**
 * Turns what a tool returned into a result, serialising it here: a value that JSON cannot carry must fail as an
 * error of the tool, not later inside a transport, where the caller would wait for ever.
 * @throws {TypeError} when the value cannot be serialised, or looks like a result and is none
 */
export function toCallToolResult(value: unknown): CallToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') return textResult(value);
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be a tool result`);
  if (isReadyResult(value)) {
    if (!isCallToolResult(value))
      throw new TypeError('The tool returned content that the protocol does not know');
    return value;
  }
  // What the text says, not what the object holds: a Date or a toJSON() differ. The text serves older
  // clients, for whom the SDK also wraps what is no object.
  return { ...textResult(text), structuredContent: JSON.parse(text) };
}

export const textResult = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

export const errorResult = (text: string): CallToolResult => ({ ...textResult(text), isError: true });

function isReadyResult(value: unknown): value is { content: unknown[] } {
  return typeof value === 'object' && value !== null && 'content' in value && Array.isArray(value.content);
}
