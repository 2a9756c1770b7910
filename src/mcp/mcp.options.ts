import type { CallLimiter } from './call.limiter.js';
import type { AnswerRegistry } from './server/elicitation/answer.registry.js';
import type { MessageLimiter } from './message.limiter.js';
import type { PrincipalCaps } from './principal.slots.js';

/** What a host decides about the engine. Times are in milliseconds. */
export abstract class McpOptions {
  abstract readonly name: string;
  abstract readonly version: string;
  abstract readonly title?: string;
  /** Told to every client: what this server is for. */
  abstract readonly instructions?: string;
  /** Serve the HTTP+SSE transport of 2024-11-05. */
  abstract readonly sse: boolean;
  /** Origins a browser may call from. Requests without an Origin header are no browser's and pass. */
  abstract readonly allowedOrigins: readonly string[];
  /** Key of the seals on what passes through the client: cursors and request states. At least 32 bytes. */
  abstract readonly secret: Uint8Array;
  abstract readonly maxBodyBytes: number;
  abstract readonly toolTimeoutMs: number;
  /** Of what a tool, resource or prompt returns, as JSON. More is an error that says so. */
  abstract readonly maxResultBytes: number;
  /** Entries on one page of a list. */
  abstract readonly pageSize: number;
  /** Lists leave out what the caller's scopes do not allow. */
  abstract readonly hideForbidden: boolean;
  abstract readonly keepAliveMs: number;
  /** What may wait for a client that does not read its stream. Beyond it the stream is cut. */
  abstract readonly maxBacklogBytes: number;
  abstract readonly sessions: {
    readonly idleMs: number;
    readonly maxAgeMs: number;
    readonly max: number;
  } & PrincipalCaps;
  /** Says which calls may begin. Absent: all of them. */
  abstract readonly limiter?: CallLimiter;
  /** Says which messages may go on to a transport. Absent: all of them. */
  abstract readonly messages?: MessageLimiter;
  /** Which answers of users have been acted upon. Absent: those of this process. */
  abstract readonly answers?: AnswerRegistry;
  /** What a 2025 session remembers of its streams, so that a client can resume one. */
  abstract readonly replay: { readonly maxEvents: number; readonly maxBytes: number };
  abstract readonly subscriptions: PrincipalCaps;
  abstract readonly tasks: { readonly ttlMs: number; readonly max: number } & PrincipalCaps;
}
