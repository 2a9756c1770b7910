import { randomBytes } from 'node:crypto';
import { HttpException, Logger } from '@nestjs/common';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';

const log = new Logger('Features');

/**
 * What the caller hears when a resource, a prompt or a completion fails. Their results have no room for an error as
 * a tool's have, so it is a JSON-RPC one: -32603 with the words of a `ToolError`, and -32602 for a 4xx that a Nest
 * guard or pipe threw, because that blames the request. Everything else becomes a reference into the log.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#error-handling
 */
export function toProtocolError(feature: string, error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof ToolError) return new ProtocolError(ProtocolErrorCode.InternalError, error.message);
  if (error instanceof HttpException && error.getStatus() < 500) {
    return new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  }
  const ref = randomBytes(6).toString('hex');
  log.error({
    event: 'feature.failed',
    feature,
    ref,
    error: error instanceof Error ? error.stack : String(error),
  });
  return new ProtocolError(ProtocolErrorCode.InternalError, `Internal error (ref ${ref})`);
}
