// Every public name of the engine, by hand: adding one here is a promise.
export { McpModule, type McpAsyncOptions } from './mcp.module.js';
export { McpOptions } from './mcp.options.js';
export type { Era, McpContext } from './mcp.context.js';
export { CallLimitError, ToolError } from './mcp.errors.js';
export { McpNotifier } from './notifier.js';
export type { Audience } from './notification.bus.js';
export { NotifierModule } from './notifier.module.js';
// The SDK's way to ask, for what `elicit` does not cover: sampling, roots, and rounds that a handler steers itself.
export { acceptedContent, inputRequired, inputResponse } from '@modelcontextprotocol/server';
export type {
  Elicit,
  Elicited,
  FormQuestion,
  FormSchema,
  UrlQuestion,
} from './server/elicitation/elicitation.js';
export { AnswerRegistry, answersUnavailable } from './server/elicitation/answer.registry.js';
export type { TraceContext } from './server/call.trace.js';
export { CallLimiter, type CallRate, type LimitedCall } from './call.limiter.js';
export { requestIdOf } from './http/rpc.message.js';
export { MessageLimiter } from './message.limiter.js';
export type { Exchange } from './transports/mcp.transport.js';
export { ownerOf, type Principal, principalOf, type User, userOf } from './principal.js';
export { type PrincipalCaps, PrincipalSlots } from './principal.slots.js';
export { Tool, type ToolReturn } from './features/tool.decorator.js';
export {
  Resource,
  type ResourceReturn,
  ResourceTemplate,
  type TemplateInput,
} from './features/resource.decorator.js';
export { Prompt, type PromptReturn } from './features/prompt.decorator.js';
export { RateLimit, type RateLimitOptions } from './features/rate.limit.decorator.js';
export { Completion } from './features/completion.decorator.js';
export type {
  Annotations,
  CompletionOptions,
  Icon,
  PromptOptions,
  ResourceOptions,
  ResourceTemplateOptions,
  ToolAnnotations,
  ToolOptions,
} from './features/feature.options.js';
export type { JsonSchema, Schema } from './features/schema.js';
export { Catalog } from './features/catalog.js';
export { StdioTransport, type StdioConnection } from './transports/stdio.transport.js';
export { Evictor } from './transports/evictor.js';
export { TransportRegistry } from './transports/transport.registry.js';
