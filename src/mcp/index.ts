// Every public name of the engine, by hand: adding one here is a promise.
export { McpModule, type McpAsyncOptions } from './mcp.module.js';
export { McpOptions } from './mcp.options.js';
export type { Era, McpContext } from './mcp.context.js';
export { ToolError } from './mcp.errors.js';
export { ownerOf, type Principal } from './principal.js';
export { Tool, type ToolReturn } from './features/tool.decorator.js';
export type { Schema, ToolAnnotations, ToolOptions } from './features/feature.js';
export { Catalog } from './features/catalog.js';
export { McpController } from './http/mcp.controller.js';
export { SseController } from './http/sse.controller.js';
export { TransportRegistry } from './transports/transport.registry.js';
