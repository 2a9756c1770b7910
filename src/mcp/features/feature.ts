import type {
  CacheHint,
  Prompt as PromptDescription,
  Resource as ResourceDescription,
  ResourceTemplateType as ResourceTemplateDescription,
  Tool as ToolDescription,
} from '@modelcontextprotocol/server';
import type { LimitedCall } from '../call.limiter.js';
import type { McpContext } from '../mcp.context.js';
import type { ParamHeader } from '../server/param.headers.js';
import type { MatchableTemplate } from './matchable.template.js';
import type { CompletionOptions, ToolOptions } from './feature.options.js';
import type { Schema } from './schema.js';

export type { Schema };

/** Whatever a decorated method offers: who may use it, and how to run it. */
export interface Feature extends LimitedCall {
  /** As log entries call it. */
  readonly name: string;
  /** OAuth scopes a caller needs, all of them. */
  readonly scopes: readonly string[];
  /** Runs the method with its guards, pipes, interceptors and filters. */
  readonly handler: (input: unknown, context: McpContext) => Promise<unknown>;
  /** An answer of the user lets it act once: it is neither read-only nor idempotent. */
  readonly actsOnce?: boolean;
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
  /** Parameters that clients of 2026-07-28 repeat in headers. */
  readonly paramHeaders: readonly ParamHeader[];
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

/** What a completion is asked; its method takes the parts one by one. */
export interface CompletionInput {
  readonly value: string;
  readonly known: Readonly<Record<string, string>>;
}

export interface CompletionFeature extends Feature {
  readonly options: CompletionOptions;
}
