import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { McpContext } from '../mcp.context.js';
import { principalOf } from '../principal.js';
import { CallChannel } from './call.channel.js';
import { withCallState } from './call.state.js';
import { traceOf } from './call.trace.js';
import { bindingOf } from './elicitation/call.binding.js';
import { Round } from './elicitation/round.js';
import type { Serving } from './methods/method.group.js';

/**
 * What a handler is told about the call, from what the SDK knows of the request.
 * @param params of the request: what a question to the user is bound to
 */
export function contextOf(ctx: ServerContext, serving: Serving, params?: object): McpContext {
  // The guard put this object on the request; the SDK hands it through as it is. Each message carries its own, so a
  // session never answers with the identity it was opened under.
  const auth = (ctx.http?.authInfo as AuthInfo | undefined) ?? serving.auth;
  if (auth === undefined) throw new Error('A call without a verified token reached the engine');
  const { mcpReq, sessionId } = ctx;
  const principal = principalOf(auth);
  const { _meta: meta } = mcpReq;
  const trace = traceOf(meta);
  const channel = new CallChannel(mcpReq);
  const round = new Round(ctx, () => bindingOf(principal, mcpReq.method, params));
  const context: McpContext = {
    principal,
    signal: mcpReq.signal,
    era: serving.era,
    ...(sessionId !== undefined && { sessionId }),
    requestId: mcpReq.id,
    clientCapabilities: declaredIn(mcpReq.envelope) ?? serving.clientCapabilities?.() ?? {},
    ...(trace !== undefined && { trace }),
    progress: channel.progress,
    log: channel.log,
    elicit: round.elicit,
    inputResponses: mcpReq.inputResponses,
    requestState: round.requestState,
    sealState: round.sealState,
    releaseStream: () => ctx.http?.closeSSE?.(),
  };
  return withCallState(context, { channel, round });
}

/** Since 2026-07-28 each request says it for itself; the SDK has checked it. */
function declaredIn(envelope: object = {}): ClientCapabilities | undefined {
  const declared: ClientCapabilities | undefined = Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY);
  return declared;
}
