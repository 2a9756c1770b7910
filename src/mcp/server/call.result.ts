import type { CallToolResult } from '@modelcontextprotocol/server';

/**
 * Turns what a tool returned into a result, serialising it here: a value that JSON cannot carry must fail as an
 * error of the tool, not later inside a transport, where the caller would wait for ever.
 * @throws {TypeError} when the value cannot be serialised
 */
export function toCallToolResult(value: unknown): CallToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') return textResult(value);
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`A ${typeof value} cannot be a tool result`);
  if (isReadyResult(value)) return value;
  if (typeof value !== 'object' || Array.isArray(value)) return textResult(json);
  // structuredContent is any object; the text beside it serves clients older than 2025-06-18.
  return { ...textResult(json), structuredContent: { ...value } };
}

export const textResult = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

export const errorResult = (text: string): CallToolResult => ({ ...textResult(text), isError: true });

function isReadyResult(value: unknown): value is CallToolResult {
  return typeof value === 'object' && value !== null && 'content' in value && Array.isArray(value.content);
}
