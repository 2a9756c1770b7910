import type { GetPromptResult, InputRequiredResult, PromptMessage } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { markMethod } from './feature.mark.js';
import type { PromptOptions } from './feature.options.js';
import { Parameter } from './parameters.js';

/** What a prompt may return: what the user says, whole messages, or a ready result. */
export type PromptReturn = string | readonly PromptMessage[] | GetPromptResult | InputRequiredResult;

type PromptMethod<Args> = (
  args: Args,
  context: McpContext,
  ...decorated: never[]
) => PromptReturn | Promise<PromptReturn>;

/**
 * Makes a method of an ordinary provider an MCP prompt. Its arguments are the properties of `argsSchema`; clients send
 * them as strings.
 *
 * ```ts
 * @Prompt({ name: 'review', description: 'Reviews code.', argsSchema: z.object({ code: z.string() }) })
 * review({ code }: { code: string }) { return `Review this:\n${code}`; }
 * ```
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 */
export function Prompt<Args = unknown>(options: PromptOptions<Args>) {
  return <Method extends PromptMethod<Args>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    markMethod(
      { kind: 'prompt', options },
      [Parameter.Body, Parameter.Context],
      [target, method, descriptor],
    );
  };
}
