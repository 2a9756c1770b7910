import type { Resource as ResourceDescription } from '@modelcontextprotocol/server';
import { checkName, describeCommon } from './common.description.js';
import type { Feature, ResourceFeature, ResourceTemplateFeature } from './feature.js';
import type { ResourceOptions, ResourceTemplateOptions } from './feature.options.js';
import { MatchableTemplate, MAX_URI_LENGTH } from './matchable.template.js';

/** A resource with its entry of `resources/list`. */
export function resourceFeature(options: ResourceOptions, handler: Feature['handler']): ResourceFeature {
  const { uri, size } = options;
  if (uri.length > MAX_URI_LENGTH || !URL.canParse(uri)) {
    throw new Error(`The URI "${uri.slice(0, 100)}" of resource "${options.name}" is not one`);
  }
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw new Error(`The size of resource "${options.name}" must be a number of bytes`);
  }
  const description = { ...describe(options), uri, ...(size !== undefined && { size }) };
  return { kind: 'resource', ...readable(options, handler), description };
}

/** A resource template with its entry of `resources/templates/list`. */
export function resourceTemplateFeature(
  options: ResourceTemplateOptions,
  handler: Feature['handler'],
): ResourceTemplateFeature {
  const { uriTemplate } = options;
  return {
    kind: 'resourceTemplate',
    ...readable(options, handler),
    description: { ...describe(options), uriTemplate },
    template: new MatchableTemplate(uriTemplate),
  };
}

type Readable = ResourceOptions | ResourceTemplateOptions;

function readable(
  { name, scopes = [], mimeType, cache }: Readable,
  handler: Feature['handler'],
): Pick<ResourceFeature, 'name' | 'scopes' | 'handler' | 'mimeType' | 'cache'> {
  checkName('Resource', name);
  if (cache !== undefined && !(Number.isSafeInteger(cache.ttlMs) && cache.ttlMs >= 0)) {
    throw new Error(`The time to live of resource "${name}" must be a number of milliseconds`);
  }
  if (cache?.scope === 'public' && scopes.length > 0) {
    throw new Error(`Resource "${name}" needs scopes, so its answers cannot be cached as public`);
  }
  return {
    name,
    scopes,
    handler,
    ...(mimeType !== undefined && { mimeType }),
    ...(cache !== undefined && { cache: { ttlMs: cache.ttlMs, cacheScope: cache.scope } }),
  };
}

function describe(options: Readable): Omit<ResourceDescription, 'uri' | 'size'> {
  const { mimeType, annotations } = options;
  return {
    ...describeCommon(options),
    ...(mimeType !== undefined && { mimeType }),
    ...(annotations !== undefined && { annotations }),
  };
}
