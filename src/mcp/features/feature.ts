import type {
  CacheHint,
  Prompt as PromptDescription,
  Resource as ResourceDescription,
  ResourceTemplateType as ResourceTemplateDescription,
  StandardSchemaWithJSON,
  Tool as ToolDescription,
} from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import type { MatchableTemplate } from './matchable.template.js';
import type { CompletionOptions, ToolOptions } from './feature.options.js';

/** A schema that can both validate and describe itself, such as any Zod 4 schema. */
export type Schema<Output = unknown> = StandardSchemaWithJSON<unknown, Output>;

/** Plain JSON Schema 2020-12. Clients see it word for word. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly '~standard'?: never;
}

/** Whatever a decorated method offers: who may use it, and how to run it. */
export interface Feature {
  /** OAuth scopes a caller needs, all of them. */
  readonly scopes: readonly string[];
  /** Runs the method with its guards, pipes, interceptors and filters. */
  readonly handler: (input: unknown, context: McpContext) => Promise<unknown>;
  /** How long a call may take, where the author wants another limit than the server's. */
  readonly timeoutMs?: number;
}

/** A tool as the catalog holds it: described once, ready to run. */
export interface ToolFeature extends Feature {
  readonly options: Omit<ToolOptions, 'inputSchema' | 'outputSchema'> & {
    readonly inputSchema?: Schema;
    readonly outputSchema?: Schema;
  };
  readonly description: ToolDescription;
}

interface ReadableFeature extends Feature {
  readonly mimeType?: string;
  readonly cache?: CacheHint;
}

export interface ResourceFeature extends ReadableFeature {
  readonly kind: 'resource';
  readonly description: ResourceDescription;
}

export interface ResourceTemplateFeature extends ReadableFeature {
  readonly kind: 'resourceTemplate';
  readonly description: ResourceTemplateDescription;
  readonly template: MatchableTemplate;
}

export interface PromptFeature extends Feature {
  readonly argsSchema?: Schema;
  readonly description: PromptDescription;
}

export interface CompletionFeature extends Feature {
  readonly options: CompletionOptions;
}
