import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type CompletionKind, completionKey, completionsOf } from './completion.table.js';
import { Explorer } from './explorer.js';
import type { CompletionFeature, PromptFeature, ResourceTemplateFeature, ToolFeature } from './feature.js';
import { FeatureList } from './feature.list.js';
import { type Features, sortFeatures } from './feature.sorter.js';
import { type FoundResource, ResourceFinder } from './resource.finder.js';

/** The only list of what this server offers, filled once at start and shared by every session and request. */
@Injectable()
export class Catalog implements OnApplicationBootstrap {
  // Maps, not objects: a tool called "constructor" must be unknown, not inherited.
  private tools: ReadonlyMap<string, ToolFeature> = new Map();
  private prompts: ReadonlyMap<string, PromptFeature> = new Map();
  private templates: ReadonlyMap<string, ResourceTemplateFeature> = new Map();
  private completions: ReadonlyMap<string, CompletionFeature> = new Map();
  private finder = new ResourceFinder([], []);
  private listed = listsOf(sortFeatures([]));

  constructor(private readonly explorer: Explorer) {}

  onApplicationBootstrap(): void {
    const features = sortFeatures(this.explorer.explore());
    this.tools = byKey('tools are called', features.tools, ({ name }) => name);
    this.prompts = byKey('prompts are called', features.prompts, ({ name }) => name);
    this.templates = byKey('resources have the template', features.templates, (entry) => entry.uriTemplate);
    this.finder = new ResourceFinder(features.resources, features.templates);
    this.completions = completionsOf(features.completions, this.prompts, this.templates);
    this.listed = listsOf(features);
  }

  tool(name: string): ToolFeature | undefined {
    return this.tools.get(name);
  }

  prompt(name: string): PromptFeature | undefined {
    return this.prompts.get(name);
  }

  /** What answers for a URI: a resource, or a template that covers it. */
  resource(uri: string): FoundResource | undefined {
    return this.finder.find(uri);
  }

  resourceTemplate(uriTemplate: string): ResourceTemplateFeature | undefined {
    return this.templates.get(uriTemplate);
  }

  completion(kind: CompletionKind, owner: string, argument: string): CompletionFeature | undefined {
    return this.completions.get(completionKey(kind, owner, argument));
  }

  get hasCompletions(): boolean {
    return this.completions.size > 0;
  }

  /** The lists of the protocol. */
  get lists(): ReturnType<typeof listsOf> {
    return this.listed;
  }
}

/** @throws {Error} when two features have one key */
function byKey<Described extends { readonly description: object }>(
  what: string,
  features: readonly Described[],
  keyOf: (description: Described['description']) => string,
): ReadonlyMap<string, Described> {
  const map = new Map<string, Described>();
  for (const feature of features) {
    const key = keyOf(feature.description);
    if (map.has(key)) throw new Error(`Two ${what} "${key}"`);
    map.set(key, feature);
  }
  return map;
}

const listsOf = ({ tools, resources, templates, prompts }: Features) => ({
  tools: new FeatureList('tools', tools, ({ name }) => name),
  resources: new FeatureList('resources', resources, ({ uri }) => uri),
  resourceTemplates: new FeatureList('templates', templates, ({ uriTemplate }) => uriTemplate),
  prompts: new FeatureList('prompts', prompts, ({ name }) => name),
});
