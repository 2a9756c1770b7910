import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { markMethod } from './feature.mark.js';
import type { ToolOptions } from './feature.options.js';
import type { ReturnCheck } from './method.return.js';
import { Parameter } from './parameters.js';

/**
 * What a tool may return, or promise. With an output schema: what fits it, or a ready result. Without one: text, `null`
 * or nothing, a ready result, or any other value that JSON can carry, which becomes `structuredContent`.
 */
export type ToolReturn<Output = unknown> = CallToolResult | InputRequiredResult | Output;

// Further parameters carry decorators of their own, which give them their values.
type ToolMethod<Input> = (input: Input, context: McpContext, ...decorated: never[]) => unknown;

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
 * `@Tool<Input>({ … })`, or `@Tool<Input, Output>({ … })` to have the return value checked as well.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
export function Tool<Input = unknown, Output = unknown>(options: ToolOptions<Input, Output>) {
  return <Method extends ToolMethod<Input>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method> &
      ReturnCheck<Method, ToolReturn<Output>, 'The return value does not fit the output schema, or JSON'>,
  ): void => {
    markMethod({ kind: 'tool', options }, [Parameter.Body, Parameter.Context], [target, method, descriptor]);
  };
}
