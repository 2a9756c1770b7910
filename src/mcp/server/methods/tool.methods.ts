import { Injectable } from '@nestjs/common';
import { isInputRequiredResult, type Server, type ServerCapabilities } from '@modelcontextprotocol/server';
import { Catalog } from '../../features/catalog.js';
import { TaskRunner } from '../../tasks/task.runner.js';
import { contextOf } from '../context.factory.js';
import { ListPages } from '../list.pages.js';
import { ListParams } from '../request.params.js';
import { ToolCaller } from '../tool.caller.js';
import { type CacheHints, MethodGroup, type Serving } from './method.group.js';

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools */
@Injectable()
export class ToolMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly pages: ListPages,
    private readonly caller: ToolCaller,
    private readonly tasks: TaskRunner,
  ) {
    super();
  }

  capabilities(): ServerCapabilities {
    return { tools: {} };
  }

  override cacheHints(): CacheHints {
    return { 'tools/list': this.pages.cacheHint(this.catalog.lists.tools) };
  }

  install(server: Server, serving: Serving): void {
    server.setRequestHandler('tools/list', { params: ListParams }, ({ cursor }, ctx) => {
      const { principal } = contextOf(ctx, serving);
      const { entries, next } = this.pages.page(this.catalog.lists.tools, cursor, principal);
      return { tools: entries, ...next };
    });
    server.setRequestHandler('tools/call', async ({ params }, ctx) => {
      const context = contextOf(ctx, serving, params);
      const started = await this.tasks.maybeStart(params, context);
      if (started !== undefined) return started;
      const result = await this.caller.call(params, context);
      if (isInputRequiredResult(result)) return result;
      // Structured content that is no object exists since 2026-07-28; the SDK wraps it for earlier clients.
      return server.projectCallToolResult(result, this.catalog.tool(params.name)?.description.outputSchema);
    });
  }
}
