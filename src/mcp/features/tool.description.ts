import type { Tool as ToolDescription } from '@modelcontextprotocol/server';
import type { Schema, ToolOptions } from './feature.js';

const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** The entry of `tools/list`, made once: converting a schema costs more than a whole call. */
export function describeTool(options: ToolOptions): ToolDescription {
  if (!NAME.test(options.name)) {
    throw new Error(`Tool name "${options.name}" must be 1 to 128 letters, digits, "_", "-" or "."`);
  }
  const { name, title, description, inputSchema, outputSchema, annotations } = options;
  return {
    name,
    ...(title !== undefined && { title }),
    description,
    inputSchema: inputSchema === undefined ? { type: 'object' } : objectSchema(name, 'input', inputSchema),
    ...(outputSchema !== undefined && { outputSchema: objectSchema(name, 'output', outputSchema) }),
    ...(annotations !== undefined && { annotations }),
  };
}

function objectSchema(
  tool: string,
  side: 'input' | 'output',
  schema: Schema,
): ToolDescription['inputSchema'] {
  const json = schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' });
  if (json['type'] !== 'object')
    throw new Error(`The ${side} schema of tool "${tool}" must describe an object`);
  return { ...json, type: 'object' };
}
