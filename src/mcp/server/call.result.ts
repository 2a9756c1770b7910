import {
  type CallToolResult,
  type InputRequiredResult,
  isCallToolResult,
  type Tool as ToolDescription,
} from '@modelcontextprotocol/server';
import type { Schema } from '../features/feature.js';
import { memberOf } from '../members.js';
import { assertSize, hasOnly, isReadyInputRequired, serialise } from './plain.result.js';
import { faultsOf } from './schema.faults.js';

type ToolResult = CallToolResult | InputRequiredResult;

/**
 * Turns what a tool returned into a result, serialising it here: a value that JSON cannot carry must fail as an
 * error of the tool, not later inside a transport, where the caller would wait for ever.
 * @throws {TypeError} when the value cannot be serialised
 * @throws {ToolError} when it is larger than may be answered
 */
export function toCallToolResult(value: unknown, maxBytes: number): ToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') {
    assertSize(Buffer.byteLength(value), maxBytes);
    return textResult(value);
  }
  const text = serialise(value, maxBytes);
  // What the text says, not what the object holds: a Date or a toJSON() differ.
  const plain: unknown = JSON.parse(text);
  return isReadyInputRequired(plain) || isReadyResult(plain) ? plain : structuredResult(plain, text);
}

/**
 * The same for a tool with an output schema. A value that fits the schema is structured content, also when it looks
 * like a result. An explicit result, with `isError` or its own `structuredContent`, stays one unless the schema
 * describes a `content`.
 * @throws {Error} when neither the value nor its `structuredContent` fits the schema
 */
export async function toStructuredResult(
  value: unknown,
  maxBytes: number,
  outputSchema: Schema,
  { outputSchema: described }: ToolDescription,
): Promise<ToolResult> {
  const text = value === undefined ? 'null' : serialise(value, maxBytes);
  const plain: unknown = value === undefined ? undefined : JSON.parse(text);
  if (isReadyInputRequired(plain)) return plain;
  const faultsIn = async (output: unknown): Promise<string | undefined> => {
    const { issues } = await outputSchema['~standard'].validate(output);
    return issues && `The result breaks the output schema: ${faultsOf(issues)}`;
  };
  const faults = await faultsIn(plain);
  if (!isReadyResult(plain)) {
    if (faults !== undefined) throw new Error(faults);
    return plain === undefined ? { content: [] } : structuredResult(plain, text);
  }
  const describesContent = memberOf(described?.properties, 'content') !== undefined;
  const isExplicit = plain.isError === true || plain.structuredContent !== undefined;
  if (faults === undefined && (describesContent || !isExplicit)) return structuredResult(plain, text);
  const faultsInside = plain.isError === true ? undefined : await faultsIn(plain.structuredContent);
  if (faultsInside !== undefined) throw new Error(faultsInside);
  return plain;
}

export const textResult = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

export const errorResult = (text: string): CallToolResult => ({ ...textResult(text), isError: true });

/** The text serves older clients, for whom the SDK also wraps what is no object. */
const structuredResult = (plain: unknown, text: string): CallToolResult => ({
  ...textResult(text),
  structuredContent: plain,
});

const MEMBERS = new Set(['content', 'structuredContent', 'isError', '_meta', 'resultType']);

/** A page of `{ content, totalElements }` is data; only what the protocol describes completely is a result. */
function isReadyResult(value: unknown): value is CallToolResult {
  if (typeof value !== 'object' || value === null || !('content' in value)) return false;
  const { content } = value;
  if (!Array.isArray(content) || !hasOnly(value, MEMBERS)) return false;
  if ('resultType' in value && value.resultType !== 'complete') return false;
  return isTextOnly(value, content) || isCallToolResult(value);
}

/** What nearly every tool answers: no need to ask the schema of everything that a result may be. */
function isTextOnly(value: object, content: readonly unknown[]): boolean {
  for (const name in value) if (name !== 'content') return false;
  return content.every(isText);
}

const isText = (block: unknown): boolean =>
  typeof block === 'object' &&
  block !== null &&
  'text' in block &&
  typeof block.text === 'string' &&
  'type' in block &&
  block.type === 'text' &&
  Object.keys(block).length === 2;
