import type { ServerContext } from '@modelcontextprotocol/server';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { McpContext } from '../mcp.context.js';
import { principalOf } from '../principal.js';
import type { Serving } from './methods/method.group.js';

/** What a handler is told about the call, from what the SDK knows of the request. */
export function contextOf(ctx: ServerContext, serving: Serving): McpContext {
  // The guard put this object on the request; the SDK hands it through as it is. Each message carries its own, so a
  // session never answers with the identity it was opened under.
  const auth = (ctx.http?.authInfo as AuthInfo | undefined) ?? serving.auth;
  if (auth === undefined) throw new Error('A call without a verified token reached the engine');
  return {
    principal: principalOf(auth),
    signal: ctx.mcpReq.signal,
    era: serving.era,
    ...(ctx.sessionId !== undefined && { sessionId: ctx.sessionId }),
  };
}
