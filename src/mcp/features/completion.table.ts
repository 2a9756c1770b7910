import type { CompletionFeature, Feature, PromptFeature, ResourceTemplateFeature } from './feature.js';
import type { CompletionOptions } from './feature.options.js';

export type FoundCompletion = { readonly options: CompletionOptions } & Pick<Feature, 'handler' | 'rate'>;

/**
 * The completions by what they complete. Each takes over the scopes of its prompt or template: what a user may not
 * use, it must not describe either.
 * @throws {Error} when one completes nothing that exists, or two complete the same
 */
export function completionsOf(
  found: readonly FoundCompletion[],
  prompts: ReadonlyMap<string, PromptFeature>,
  templates: ReadonlyMap<string, ResourceTemplateFeature>,
): ReadonlyMap<string, CompletionFeature> {
  const table = new Map<string, CompletionFeature>();
  for (const { options, handler, rate } of found) {
    const { kind, owner, scopes, known } = subjectOf(options, prompts, templates);
    const { argument } = options;
    if (!known.includes(argument)) {
      throw new Error(`A completion names the argument "${argument}", which "${owner}" does not have`);
    }
    const key = completionKey(kind, owner, argument);
    if (table.has(key)) throw new Error(`Two completions are for the argument "${argument}" of "${owner}"`);
    table.set(key, { name: argument, options, scopes, handler, ...(rate && { rate }) });
  }
  return table;
}

export type CompletionKind = 'prompt' | 'resourceTemplate';

export const completionKey = (kind: CompletionKind, owner: string, argument: string): string =>
  JSON.stringify([kind, owner, argument]);

function subjectOf(
  options: CompletionOptions,
  prompts: ReadonlyMap<string, PromptFeature>,
  templates: ReadonlyMap<string, ResourceTemplateFeature>,
): { kind: CompletionKind; owner: string; scopes: readonly string[]; known: readonly string[] } {
  if (options.prompt !== undefined) {
    const prompt = prompts.get(options.prompt);
    if (prompt === undefined) throw new Error(`A completion is for the unknown prompt "${options.prompt}"`);
    const known = (prompt.description.arguments ?? []).map(({ name }) => name);
    return { kind: 'prompt', owner: options.prompt, scopes: prompt.scopes, known };
  }
  const { resourceTemplate } = options;
  const template = templates.get(resourceTemplate);
  if (template === undefined) {
    throw new Error(`A completion is for the unknown resource template "${resourceTemplate}"`);
  }
  const { scopes } = template;
  return { kind: 'resourceTemplate', owner: resourceTemplate, scopes, known: template.template.names };
}
