import type { McpContext } from '../mcp.context.js';
import { markMethod } from './feature.mark.js';
import type { CompletionOptions } from './feature.options.js';
import { Parameter } from './parameters.js';

type CompletionMethod = (
  value: string,
  context: McpContext,
  known: Readonly<Record<string, string>>,
  ...decorated: never[]
) => readonly string[] | Promise<readonly string[]>;

/**
 * Makes a method suggest values for an argument of a prompt or a variable of a resource template, from what the user
 * has typed and the arguments already `known`. Only those who may use the prompt or the template are answered; 100
 * values at most are sent.
 *
 * ```ts
 * @Completion({ prompt: 'review', argument: 'language' })
 * languages(value: string) { return LANGUAGES.filter((name) => name.startsWith(value)); }
 * ```
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 */
export function Completion(options: CompletionOptions) {
  return <Method extends CompletionMethod>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const parameters = [Parameter.Value, Parameter.Context, Parameter.Known];
    markMethod({ kind: 'completion', options }, parameters, [target, method, descriptor]);
  };
}
