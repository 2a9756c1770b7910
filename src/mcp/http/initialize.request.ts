import { ProtocolErrorCode, specTypeSchemas } from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import { faultsOf } from '../server/schema.faults.js';

const InitializeRequest = specTypeSchemas.InitializeRequest;

/**
 * Returns the protocol version that an `initialize` request asks for.
 * @throws {McpHttpError} 400, -32602 that names the members which are missing or wrong
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization
 */
export function initializeVersion(body: unknown): string {
  const checked = InitializeRequest['~standard'].validate(body);
  if (checked.issues === undefined) return checked.value.params.protocolVersion;
  const id = memberOf(body, 'id');
  throw new McpHttpError(
    400,
    ProtocolErrorCode.InvalidParams,
    `Invalid initialize request. ${faultsOf(checked.issues)}`,
    {},
    typeof id === 'string' || typeof id === 'number' ? { id } : {},
  );
}
