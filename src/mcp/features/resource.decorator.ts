import type { InputRequiredResult, ReadResourceResult } from '@modelcontextprotocol/server';
import type { McpContext } from '../mcp.context.js';
import { markMethod } from './feature.mark.js';
import type { ResourceOptions, ResourceTemplateOptions } from './feature.options.js';
import type { ReturnCheck } from './method.return.js';
import { Parameter } from './parameters.js';

/**
 * What a resource may return: text, bytes, a ready result, or an object that is sent as JSON. `undefined` says that
 * there is no such resource.
 */
export type ResourceReturn =
  string | Uint8Array | ReadResourceResult | InputRequiredResult | object | undefined;

/** What a templated resource is asked for. Variables stand as in the URI: percent-encoded. */
export interface TemplateInput {
  readonly uri: URL;
  readonly variables: Readonly<Record<string, string | string[]>>;
}

type ResourceMethod<Input> = (input: Input, context: McpContext, ...decorated: never[]) => unknown;

type ResourceReturnCheck<Method> = ReturnCheck<
  Method,
  ResourceReturn,
  'A resource returns text, bytes, a ready result or an object'
>;

// A URI is no request body: ValidationPipe must not try to make an instance of its class.
const PARAMETERS = [Parameter.Value, Parameter.Context];

/**
 * Makes a method of an ordinary provider an MCP resource.
 *
 * ```ts
 * @Resource({ uri: 'config://app', name: 'config', mimeType: 'application/json' })
 * config(uri: URL, { principal }: McpContext) { … }
 * ```
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 */
export function Resource(options: ResourceOptions) {
  return <Method extends ResourceMethod<URL>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method> & ResourceReturnCheck<Method>,
  ): void => {
    markMethod({ kind: 'resource', options }, PARAMETERS, [target, method, descriptor]);
  };
}

/**
 * Makes a method answer for every URI of a template (RFC 6570).
 *
 * ```ts
 * @ResourceTemplate({ uriTemplate: 'users://{id}/profile', name: 'profile' })
 * profile({ variables }: TemplateInput, { principal }: McpContext) { … }
 * ```
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#resource-templates
 */
export function ResourceTemplate(options: ResourceTemplateOptions) {
  return <Method extends ResourceMethod<TemplateInput>>(
    target: object,
    method: string | symbol,
    descriptor: TypedPropertyDescriptor<Method> & ResourceReturnCheck<Method>,
  ): void => {
    markMethod({ kind: 'resourceTemplate', options }, PARAMETERS, [target, method, descriptor]);
  };
}
