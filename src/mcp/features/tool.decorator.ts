import type { CallToolResult } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { markMethod } from './feature.mark.js';
import type { ToolOptions } from './feature.options.js';
import { Parameter } from './parameters.js';

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
 * the type `'mcp'` and the arguments `[input, context]`. Where the schema is plain JSON Schema, name the input's type:
 * `@Tool<Input>({ … })`.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
export function Tool<Input = unknown>(options: ToolOptions<Input>) {
  return <Method extends ToolMethod<Input>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    markMethod({ kind: 'tool', options }, [Parameter.Body, Parameter.Context], [target, method, descriptor]);
  };
}
