import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import type { ToolOptions } from './feature.js';

export const TOOL_METADATA = Symbol('mcp:tool');

/** What a tool may return: text, a ready result, or an object that becomes `structuredContent`. */
export type ToolReturn = string | CallToolResult | object | undefined;

// Further parameters carry decorators of their own, which give them their values.
type ToolMethod<Input> = (
  input: Input,
  context: McpContext,
  ...decorated: never[]
) => ToolReturn | Promise<ToolReturn>;

/**
 * Makes a method of an ordinary provider an MCP tool.
 *
 * ```ts
 * @Tool({ name: 'greet', description: 'Greets someone by name.', inputSchema: Input, scopes: ['greet:write'] })
 * greet({ name }: z.output<typeof Input>, { principal }: McpContext) { … }
 * ```
 *
 * Guards, pipes, interceptors, filters and parameter decorators work as on a controller; their execution context has
 * the type `'mcp'` and the arguments `[input, context]`.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
export function Tool<Input = unknown>(options: ToolOptions<Input>) {
  return <Method extends ToolMethod<Input>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    if (descriptor.value !== undefined) Reflect.defineMetadata(TOOL_METADATA, options, descriptor.value);
    describeParameters(target.constructor, method);
  };
}

/**
 * Nest runs pipes only on parameters it has metadata for. The input plays the part of a request body, so that
 * ValidationPipe treats it as one; parameters that carry a decorator of their own are left alone.
 */
function describeParameters(host: object, method: string | symbol): void {
  const known: Record<string, { index: number }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, host, method) ?? {};
  const taken = new Set(Object.values(known).map(({ index }) => index));
  const own = [
    { type: RouteParamtypes.BODY, index: 0 },
    { type: CONTEXT_PARAMTYPE, index: 1 },
  ].filter(({ index }) => !taken.has(index));
  const described = own.map(({ type, index }) => [`${type}:${index}`, { index, pipes: [] }] as const);
  Reflect.defineMetadata(ROUTE_ARGS_METADATA, { ...known, ...Object.fromEntries(described) }, host, method);
}

/** Outside Nest's own numbers, which makes pipes see the context as a custom parameter. */
const CONTEXT_PARAMTYPE = 100;
