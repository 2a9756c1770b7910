import { Injectable } from '@nestjs/common';
import type { Server, ServerCapabilities } from '@modelcontextprotocol/server';
import { Catalog } from '../../features/catalog.js';
import { contextOf } from '../context.factory.js';
import { ToolCaller } from '../tool.caller.js';
import { MethodGroup, type Serving } from './method.group.js';

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools */
@Injectable()
export class ToolMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly caller: ToolCaller,
  ) {
    super();
  }

  capabilities(): ServerCapabilities {
    return { tools: {} };
  }

  install(server: Server, serving: Serving): void {
    server.setRequestHandler('tools/list', () => this.catalog.listTools());
    server.setRequestHandler('tools/call', ({ params }, ctx) =>
      this.caller.call(params, contextOf(ctx, serving)),
    );
  }
}
