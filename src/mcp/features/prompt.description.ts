import { checkName, describeCommon } from './common.description.js';
import type { Feature, PromptFeature } from './feature.js';
import type { PromptOptions } from './feature.options.js';
import { argumentsOf, toSchema } from './schema.description.js';

/** A prompt with its entry of `prompts/list`. */
export function promptFeature(options: PromptOptions, handler: Feature['handler']): PromptFeature {
  const { name, scopes = [] } = options;
  checkName('Prompt', name);
  if (options.argsSchema === undefined)
    return { name, scopes, handler, description: describeCommon(options) };
  const owner = `input schema of prompt "${name}"`;
  const argsSchema = toSchema(owner, options.argsSchema);
  const description = {
    ...describeCommon(options),
    arguments: argumentsOf(owner, argsSchema),
  };
  return { name, scopes, handler, argsSchema, description };
}
