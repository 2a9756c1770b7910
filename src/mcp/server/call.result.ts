import { type CallToolResult, isCallToolResult } from '@modelcontextprotocol/server';
import type { Era } from '../mcp.context.js';

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
    if (!isCallToolResult(value)) throw new TypeError('The tool returned content that the protocol does not know');
    return value;
  }
  // What the text says, not what the object holds: a Date or a toJSON() differ. The text serves older clients.
  return { ...textResult(text), structuredContent: JSON.parse(text) };
}

/**
 * Structured content is any JSON value since 2026-07-28, and an object before. Elsewhere another value goes as the
 * text beside it; or, when the tool promises it in an output schema, as the `result` that the SDK has advertised in
 * the place of such a schema.
 */
export function fitToEra(result: CallToolResult, era: Era, promised: boolean): CallToolResult {
  const { structuredContent, ...rest } = result;
  if (structuredContent === undefined) return result;
  const texted = rest.content.length > 0 ? rest : { ...rest, ...textResult(JSON.stringify(structuredContent)) };
  if (era === 'stateless' || isObject(structuredContent)) return { ...texted, structuredContent };
  return promised ? { ...texted, structuredContent: { result: structuredContent } } : texted;
}

export const textResult = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

export const errorResult = (text: string): CallToolResult => ({ ...textResult(text), isError: true });

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isReadyResult(value: unknown): value is { content: unknown[] } {
  return typeof value === 'object' && value !== null && 'content' in value && Array.isArray(value.content);
}
