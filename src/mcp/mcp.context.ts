import type { Principal } from './principal.js';

/** The protocol generation a call came in by. Tools rarely need it. */
export type Era = 'sse' | 'streamable-http' | 'stateless';

/** What a tool receives beside its input. */
export interface McpContext {
  /** The user and the agent that call. */
  readonly principal: Principal;
  /** Aborts when the caller cancels or the tool's time is up. Hand it to whatever you await. */
  readonly signal: AbortSignal;
  readonly era: Era;
  /** The session, in the eras that have one. */
  readonly sessionId?: string;
}
