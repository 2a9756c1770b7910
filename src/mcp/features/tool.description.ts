import type { Tool as ToolDescription } from '@modelcontextprotocol/server';
import { paramHeadersOf } from '../server/param.headers.js';
import { describeCommon } from './common.description.js';
import type { Feature, ToolFeature } from './feature.js';
import type { ToolOptions } from './feature.options.js';
import { objectSchemaOf, outputSchemaOf, toSchema } from './schema.description.js';

const NAME = /^[A-Za-z0-9_.-]{1,128}$/;
// setTimeout counts in 32 bits; a longer delay would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A tool with its entry of `tools/list`, made once: converting a schema costs more than a whole call. */
export function toolFeature(options: ToolOptions, handler: Feature['handler']): ToolFeature {
  const { inputSchema, outputSchema, ...plain } = options;
  const { name, timeoutMs, scopes = [] } = plain;
  if (!NAME.test(name)) {
    throw new Error(`Tool name "${name}" must be 1 to 128 letters, digits, "_", "-" or "."`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS)) {
    throw new Error(`The timeout of tool "${name}" must be between 1 ms and ${LONGEST_TIMER_MS} ms`);
  }
  const schemas = {
    ...(inputSchema !== undefined && { inputSchema: toSchema(inputSchemaName(name), inputSchema) }),
    ...(outputSchema !== undefined && { outputSchema: toSchema(outputSchemaName(name), outputSchema) }),
  };
  const { readOnlyHint = false, idempotentHint = false } = plain.annotations ?? {};
  const feature = {
    options: { ...plain, ...schemas },
    name,
    scopes,
    actsOnce: !readOnlyHint && !idempotentHint,
    handler,
  };
  const description = describe(feature.options);
  const paramHeaders = paramHeadersOf(name, description.inputSchema);
  return { ...feature, description, paramHeaders, ...(timeoutMs !== undefined && { timeoutMs }) };
}

const inputSchemaName = (tool: string): string => `input schema of tool "${tool}"`;
const outputSchemaName = (tool: string): string => `output schema of tool "${tool}"`;

function describe(options: ToolFeature['options']): ToolDescription {
  const { name, inputSchema, outputSchema, annotations, task } = options;
  return {
    ...describeCommon(options),
    inputSchema:
      inputSchema === undefined
        ? { type: 'object', properties: {} }
        : objectSchemaOf(inputSchemaName(name), inputSchema),
    ...(outputSchema !== undefined && { outputSchema: outputSchemaOf(outputSchemaName(name), outputSchema) }),
    ...(annotations !== undefined && { annotations }),
    ...(task !== undefined && { execution: { taskSupport: task } }),
  };
}
