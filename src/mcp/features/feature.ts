import type {
  StandardSchemaWithJSON,
  Tool as ToolDescription,
  ToolAnnotations,
} from '@modelcontextprotocol/server';

import type { McpContext } from '../mcp.context.js';

export type { ToolAnnotations };

/** A schema that can both validate and describe itself, such as any Zod 4 schema. */
export type Schema<Output = unknown> = StandardSchemaWithJSON<unknown, Output>;

/** What `@Tool` is told. */
export interface ToolOptions<Input = unknown> {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly inputSchema?: Schema<Input>;
  readonly outputSchema?: Schema;
  readonly annotations?: ToolAnnotations;
  /** OAuth scopes the caller's token must hold, all of them. */
  readonly scopes?: readonly string[];
}

/** Whatever a decorated method offers: who may use it, and how to run it. */
export interface Feature {
  /** OAuth scopes a caller needs, all of them. */
  readonly scopes: readonly string[];
  /** Runs the method with its guards, pipes, interceptors and filters. */
  readonly handler: (input: unknown, context: McpContext) => Promise<unknown>;
}

/** A tool as the catalog holds it: described once, ready to run. */
export interface ToolFeature extends Feature {
  readonly options: ToolOptions;
  readonly description: ToolDescription;
}
