import type { ResourceFeature, ResourceTemplateFeature } from './feature.js';
import { MAX_URI_LENGTH } from './matchable.template.js';
import { normalisedUri } from './normalised.uri.js';
import type { TemplateInput } from './resource.decorator.js';

/** The feature behind a URI, with what its method is to be called with. */
export type FoundResource =
  | { readonly feature: ResourceFeature; readonly input: URL }
  | { readonly feature: ResourceTemplateFeature; readonly input: TemplateInput };

/** Which resource a URI names: one of that very URI, else the template that fixes most of it. */
export class ResourceFinder {
  private readonly resources = new Map<string, ResourceFeature>();
  private readonly templates: readonly ResourceTemplateFeature[];

  /** @throws {Error} when two resources or templates have one URI */
  constructor(resources: readonly ResourceFeature[], templates: readonly ResourceTemplateFeature[]) {
    for (const resource of resources) {
      const key = normalisedUri(new URL(resource.description.uri).href);
      if (this.resources.has(key)) throw new Error(`Two resources have the URI "${key}"`);
      this.resources.set(key, resource);
    }
    const fixed = ({ template }: ResourceTemplateFeature) => template.fixedLength;
    this.templates = templates.toSorted((one, other) => fixed(other) - fixed(one));
  }

  find(text: string): FoundResource | undefined {
    if (text.length > MAX_URI_LENGTH || !URL.canParse(text)) return undefined;
    const uri = new URL(text);
    const normalised = normalisedUri(uri.href);
    const resource = this.resources.get(normalised);
    if (resource !== undefined) return { feature: resource, input: uri };
    for (const feature of this.templates) {
      const variables = feature.template.match(normalised);
      if (variables !== undefined) return { feature, input: { uri, variables } };
    }
    return undefined;
  }
}
