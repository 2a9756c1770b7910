import type { Found } from './explorer.js';
import type { FoundCompletion } from './completion.table.js';
import type { PromptFeature, ResourceFeature, ResourceTemplateFeature, ToolFeature } from './feature.js';
import { promptFeature } from './prompt.description.js';
import { resourceFeature, resourceTemplateFeature } from './resource.description.js';
import { toolFeature } from './tool.description.js';

/** What was found, by kind, each described. */
export interface Features {
  readonly tools: ToolFeature[];
  readonly resources: ResourceFeature[];
  readonly templates: ResourceTemplateFeature[];
  readonly prompts: PromptFeature[];
  readonly completions: FoundCompletion[];
}

/** @throws {Error} when a feature's options are wrong; it names the class and the method */
export function sortFeatures(all: readonly Found[]): Features {
  const features: Features = { tools: [], resources: [], templates: [], prompts: [], completions: [] };
  for (const found of all) {
    try {
      add(features, found);
    } catch (error) {
      throw new Error(`${found.origin}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return features;
}

function add({ tools, resources, templates, prompts, completions }: Features, found: Found): void {
  const { kind, handler } = found;
  const limits = found.rate && { rate: found.rate };
  switch (kind) {
    case 'tool':
      tools.push({ ...toolFeature(found.options, handler), ...limits });
      return;
    case 'resource':
      resources.push({ ...resourceFeature(found.options, handler), ...limits });
      return;
    case 'resourceTemplate':
      templates.push({ ...resourceTemplateFeature(found.options, handler), ...limits });
      return;
    case 'prompt':
      prompts.push({ ...promptFeature(found.options, handler), ...limits });
      return;
    case 'completion':
      completions.push(found);
      return;
    default:
      kind satisfies never;
  }
}
