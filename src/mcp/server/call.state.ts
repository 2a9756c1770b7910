import type { McpContext } from '../mcp.context.js';
import type { CallChannel } from './call.channel.js';
import type { Round } from './elicitation/round.js';

/** What the dispatcher keeps of a call beside what its handler sees. */
export interface CallState {
  readonly channel: CallChannel;
  readonly round: Round;
}

const STATE = Symbol('mcp:call');

// On the context rather than beside it: whoever copies a context to change a part of it keeps the call.
export const withCallState = (context: McpContext, state: CallState): McpContext =>
  Object.assign(context, { [STATE]: state });

export function callStateOf(context: McpContext): CallState | undefined {
  const state: CallState | undefined = Reflect.get(context, STATE);
  return state;
}
