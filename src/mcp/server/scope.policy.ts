import type { Catalog } from '../features/catalog.js';
import type { Principal } from '../principal.js';

/**
 * The one authorization decision, below every transport.
 * @returns all scopes of the operation when the caller lacks one of them, so that one challenge can ask for them
 * together; `undefined` when the call may go on.
 */
export function scopesWanted(
  required: readonly string[],
  principal: Principal,
): readonly string[] | undefined {
  return required.every((scope) => principal.scopes.includes(scope)) ? undefined : required;
}

/** The same question for a JSON-RPC message that has not been dispatched yet. */
export function scopesWantedBy(message: unknown, catalog: Catalog, principal: Principal): readonly string[] {
  if (typeof message !== 'object' || message === null) return [];
  if (!('method' in message) || message.method !== 'tools/call' || !('params' in message)) return [];
  const { params } = message;
  if (typeof params !== 'object' || params === null || !('name' in params)) return [];
  const tool = typeof params.name === 'string' ? catalog.tool(params.name) : undefined;
  return tool === undefined ? [] : (scopesWanted(tool.scopes, principal) ?? []);
}
