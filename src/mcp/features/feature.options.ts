import type { Annotations, Icon, ToolAnnotations } from '@modelcontextprotocol/server';
import type { JsonSchema, Schema } from './schema.js';

export type { Annotations, Icon, ToolAnnotations };

/** What the author tells of any feature. */
interface FeatureOptions {
  readonly name: string;
  /** For people; the name is for programs. */
  readonly title?: string;
  readonly description?: string;
  readonly icons?: readonly Icon[];
  /** OAuth scopes the caller's token must hold, all of them. */
  readonly scopes?: readonly string[];
  /** Sent as `_meta` of the entry in the list. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** What `@Tool` is told. */
export interface ToolOptions<Input = unknown, Output = unknown> extends FeatureOptions {
  readonly description: string;
  readonly inputSchema?: Schema<Input> | JsonSchema;
  /** Any JSON value since 2026-07-28; earlier clients see what is no object as `{ result }`. */
  readonly outputSchema?: Schema<Output> | JsonSchema;
  readonly annotations?: ToolAnnotations;
  /** May the call become a task, or must it? A client may only ask for what is offered here. */
  readonly task?: 'optional' | 'required';
  /**
   * Keys of the questions that `elicit` asks before there is a task. Until they are answered the call asks within the
   * request, and the method runs again in each round; then it goes on as a task. Without them, a task asks as it runs.
   */
  readonly beforeTask?: readonly string[];
  /** Instead of the server's limit for every tool. */
  readonly timeoutMs?: number;
}

interface ReadableOptions extends FeatureOptions {
  readonly mimeType?: string;
  readonly annotations?: Annotations;
  /** How long an answer stays fresh, and whether others may be given it too. Default: not at all, and nobody. */
  readonly cache?: { readonly ttlMs: number; readonly scope: 'public' | 'private' };
}

/** What `@Resource` is told. */
export interface ResourceOptions extends ReadableOptions {
  readonly uri: string;
  /** In bytes, before any encoding. */
  readonly size?: number;
}

/** What `@ResourceTemplate` is told. */
export interface ResourceTemplateOptions extends ReadableOptions {
  /** RFC 6570. */
  readonly uriTemplate: string;
}

/** What `@Prompt` is told. */
export interface PromptOptions<Args = unknown> extends FeatureOptions {
  readonly argsSchema?: Schema<Args> | JsonSchema;
}

/** What `@Completion` is told: whose argument it completes. */
export type CompletionOptions = { readonly argument: string } & (
  | { readonly prompt: string; readonly resourceTemplate?: never }
  | { readonly resourceTemplate: string; readonly prompt?: never }
);
