import type { Server, ServerCapabilities } from '@modelcontextprotocol/server';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Era } from '../../mcp.context.js';

/** How a server object is being used: what a request cannot say of itself. */
export interface Serving {
  readonly era: Era;
  /** Who calls, where there is no HTTP request to carry it. */
  readonly auth?: AuthInfo;
}

/** The methods of one part of the protocol. One object serves every session and request. */
export abstract class MethodGroup {
  /** What the group adds to the server's capabilities; nothing when there is nothing to offer. */
  abstract capabilities(): ServerCapabilities;
  abstract install(server: Server, serving: Serving): void;
}

/** All groups of the server, as one injectable. */
export class MethodGroups {
  constructor(readonly all: readonly MethodGroup[]) {}
}
