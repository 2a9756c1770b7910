import { Injectable } from '@nestjs/common';
import { isInputRequiredResult } from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { McpContext } from '../mcp.context.js';
import { CallLimitError } from '../mcp.errors.js';
import type { Principal } from '../principal.js';
import { Dispatcher } from './dispatcher.js';
import { InputNeeded } from './elicitation/input.needed.js';
import { toProtocolError } from './request.errors.js';

/**
 * Who may watch a resource: who can read it. Asked of the resource itself, because beside scopes a guard or the method
 * decides, and a template such as `note://{id}` covers everybody's notes.
 */
@Injectable()
export class ResourceAccess {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Reads the resource and forgets it. What cannot be read, for any reason, is not there to be watched.
   * @throws {CallLimitError} when a limit does not let the caller read now, which says nothing about the resource
   */
  async canRead(uri: string, principal: Principal, signal: AbortSignal): Promise<boolean> {
    const found = this.catalog.resource(uri);
    if (found === undefined) return false;
    try {
      const value = await this.dispatcher.invoke(found.feature, found.input, quietContext(principal, signal));
      return value !== undefined && value !== null && !isInputRequiredResult(value);
    } catch (error) {
      if (error instanceof CallLimitError) throw error;
      // A refusal, or a fault, which is logged like that of a read.
      toProtocolError(found.feature.name, error, principal);
      return false;
    }
  }
}

/** The context of a read that nobody follows. */
function quietContext(principal: Principal, signal: AbortSignal): McpContext {
  const nothing = async () => undefined;
  return {
    principal,
    signal,
    era: 'stateless',
    requestId: 0,
    clientCapabilities: {},
    progress: nothing,
    log: nothing,
    elicit: (key: string) => Promise.reject(new InputNeeded(key)),
    inputResponses: undefined,
    requestState: () => undefined,
    sealState: async () => '',
    releaseStream: () => undefined,
  };
}
