import { Injectable } from '@nestjs/common';
import { Server, type ServerContext } from '@modelcontextprotocol/server';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Catalog } from '../features/catalog.js';
import type { Era, McpContext } from '../mcp.context.js';
import { McpOptions } from '../mcp.options.js';
import { principalOf } from '../principal.js';
import { Dispatcher } from './dispatcher.js';

/**
 * Makes the small object that speaks the protocol for one session or one request. It holds no tools: its handlers
 * read the shared catalog, so neither a call nor a session costs more when there are more tools.
 */
@Injectable()
export class ServerFactory {
  constructor(
    private readonly options: McpOptions,
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
  ) {}

  create(era: Era): Server {
    const { name, version, title, instructions } = this.options;
    const server = new Server(
      { name, version, ...(title !== undefined && { title }) },
      { capabilities: { tools: {} }, ...(instructions !== undefined && { instructions }) },
    );
    server.setRequestHandler('tools/list', () => this.catalog.listTools());
    server.setRequestHandler('tools/call', (request, ctx) =>
      this.dispatcher.call(request, contextOf(ctx, era)),
    );
    return server;
  }
}

function contextOf(ctx: ServerContext, era: Era): McpContext {
  // The guard put this object on the request; the SDK hands it through as it is. Each message carries its own, so a
  // session never answers with the identity it was opened under.
  const auth = ctx.http?.authInfo as AuthInfo | undefined;
  if (auth === undefined) throw new Error('A call without a verified token reached the engine');
  return {
    principal: principalOf(auth),
    signal: ctx.mcpReq.signal,
    era,
    ...(ctx.sessionId !== undefined && { sessionId: ctx.sessionId }),
  };
}
