import { ENTRY_PROVIDER_WATERMARK } from '@nestjs/common/constants.js';
import type {
  CompletionOptions,
  PromptOptions,
  ResourceOptions,
  ResourceTemplateOptions,
  ToolOptions,
} from './feature.options.js';
import { describeParameters, type Parameter } from './parameters.js';

/** What a decorator leaves on a method for the explorer to find. */
export type FeatureMark =
  | { readonly kind: 'tool'; readonly options: ToolOptions }
  | { readonly kind: 'resource'; readonly options: ResourceOptions }
  | { readonly kind: 'resourceTemplate'; readonly options: ResourceTemplateOptions }
  | { readonly kind: 'prompt'; readonly options: PromptOptions }
  | { readonly kind: 'completion'; readonly options: CompletionOptions };

const MARKS = Symbol('mcp:features');

/** What every decorator does. A method may carry several marks: one completion serves many arguments. */
export function markMethod(
  mark: FeatureMark,
  parameters: readonly Parameter[],
  [target, method, { value }]: readonly [object, string | symbol, { readonly value?: unknown }],
): void {
  if (typeof value !== 'function') return;
  Reflect.defineMetadata(MARKS, [...marksOf(value), mark], value);
  describeParameters(target.constructor, method, parameters);
  // Makes Nest apply global enhancers of request scope to the class, as it does to controllers; it skips them otherwise.
  Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target.constructor);
}

export function marksOf(method: Function): readonly FeatureMark[] {
  const marks: readonly FeatureMark[] | undefined = Reflect.getOwnMetadata(MARKS, method);
  return marks ?? [];
}
