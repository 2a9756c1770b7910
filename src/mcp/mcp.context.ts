import type { ClientCapabilities, LoggingLevel, RequestStateAccessor } from '@modelcontextprotocol/server';
import type { Principal } from './principal.js';
import type { TraceContext } from './server/call.trace.js';
import type { Elicit } from './server/elicitation/elicitation.js';

/** The protocol generation a call came in by. Tools rarely need it. */
export type Era = 'sse' | 'streamable-http' | 'stateless' | 'stdio';

/** What a handler receives beside its input. Every function may be taken out of it and called alone. */
export interface McpContext {
  /** The user and the agent that call. */
  readonly principal: Principal;
  /** Aborts when the caller cancels or the tool's time is up. Hand it to whatever you await. */
  readonly signal: AbortSignal;
  readonly era: Era;
  /** The session, in the eras that have one. */
  readonly sessionId?: string;
  /** The JSON-RPC id, which the client has chosen: it tells this call from others of the same client only. */
  readonly requestId: string | number;
  /** What the client says it can do. Not to be trusted for more than what to ask of it. */
  readonly clientCapabilities: ClientCapabilities;
  /** The caller's trace, as `_meta` carries it (W3C Trace Context). */
  readonly trace?: TraceContext;
  /**
   * Tells how far the work is, if the caller wants to know. `progress` must grow from one call to the next; a value
   * that does not is dropped, and so is everything after the end of the call.
   */
  readonly progress: (progress: number, total?: number, message?: string) => Promise<void>;
  /** Sends a log message to the client, from the level up that it has asked for. Never anything secret. */
  readonly log: (level: LoggingLevel, data: unknown, logger?: string) => Promise<void>;
  /** Asks the user. The handler runs again from its start in each round. */
  readonly elicit: Elicit;
  /** The client's answers to an `inputRequired(...)` result of the round before. Unchecked: the client wrote them. */
  readonly inputResponses: Readonly<Record<string, unknown>> | undefined;
  /** What `sealState` has sealed in the round before: proven to be ours, for this caller and this very call. */
  readonly requestState: RequestStateAccessor;
  /**
   * Seals a value for the `requestState` of an `inputRequired(...)` result; no other state is accepted back. The
   * client can read it, but not change it, hand it to somebody else, use it for another call or keep it for long.
   */
  readonly sealState: (value: unknown) => Promise<string>;
  /**
   * Lets go of the connection while the work goes on: the client comes back for the result (2025-11-25 and
   * resumable sessions only; does nothing elsewhere).
   */
  readonly releaseStream: () => void;
}
