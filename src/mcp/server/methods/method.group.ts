import type {
  ClientCapabilities,
  Server,
  ServerCapabilities,
  ServerOptions,
} from '@modelcontextprotocol/server';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Era } from '../../mcp.context.js';

/** How a server object is being used: what a request cannot say of itself. */
export interface Serving {
  readonly era: Era;
  /** Who calls, where there is no HTTP request to carry it. */
  readonly auth?: AuthInfo;
  /** What the client has declared, once it has; the server object knows. */
  readonly clientCapabilities?: () => ClientCapabilities | undefined;
}

/** How long and for whom the answers to a method may be cached, since 2026-07-28. */
export type CacheHints = NonNullable<ServerOptions['cacheHints']>;

/** The methods of one part of the protocol. One object serves every session and request. */
export abstract class MethodGroup {
  /** What the group adds to the server's capabilities; nothing when there is nothing to offer. */
  abstract capabilities(): ServerCapabilities;
  /** For those of its methods whose answers may be cached. */
  cacheHints(): CacheHints {
    return {};
  }
  abstract install(server: Server, serving: Serving): void;
}

/** All groups of the server, as one injectable. */
export class MethodGroups {
  constructor(readonly all: readonly MethodGroup[]) {}
}
