import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { callerOf, type Principal } from '../principal.js';
import { isSound, wordsFor } from './call.errors.js';
import { maskFault } from './fault.mask.js';

/**
 * What the caller hears when a resource, a prompt or a completion fails. Their results have no room for an error as
 * a tool's have, so it is a JSON-RPC one: -32603 with the words of a `ToolError`, and -32602 for a 4xx that a Nest
 * guard or pipe threw, because that blames the request. Everything else becomes a reference into the log.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#error-handling
 */
export function toProtocolError(feature: string, error: unknown, principal: Principal): ProtocolError {
  if (isSound(error)) return error;
  const words = wordsFor(error);
  if (words === undefined) {
    const { message } = maskFault('feature.failed', error, { feature, ...callerOf(principal) });
    return new ProtocolError(ProtocolErrorCode.InternalError, message);
  }
  const code = error instanceof ToolError ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
  return new ProtocolError(code, words);
}
