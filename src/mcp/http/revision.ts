import {
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import { BATCH_REVISION, STATELESS_REVISION } from '../revisions.js';
import { invalidRequest } from './rpc.message.js';

const REVISIONS: readonly string[] = [STATELESS_REVISION, ...SUPPORTED_PROTOCOL_VERSIONS];

/** The revision that a message of 2026 names in itself. */
export const claimedRevision = (message: unknown): unknown =>
  memberOf(memberOf(memberOf(message, 'params'), '_meta'), PROTOCOL_VERSION_META_KEY);

/**
 * Refuses a revision that nobody here speaks, in the words of the newest one: the list tells the client what to try.
 * @param header MCP-Protocol-Version; required since 2025-06-18
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#protocol-version-header
 */
export function assertRevision(header: string | undefined, body?: unknown): void {
  if (header === undefined || REVISIONS.includes(header)) return;
  // A message that names its revision is compared with the header first, by the era that has such messages.
  if (claimedRevision(body) !== undefined) return;
  // As much as a revision has: whatever else stands there may be a secret that has lost its way.
  const data = { supported: REVISIONS, requested: header.slice(0, 10) };
  throw new McpHttpError(
    400,
    ProtocolErrorCode.UnsupportedProtocolVersion,
    'Unsupported protocol version',
    {},
    { data },
  );
}

/**
 * Batches came with 2025-03-26 and went with 2025-06-18; since 2026-07-28 a client has nothing to respond to.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export function assertFits(body: object, header: string = BATCH_REVISION): void {
  if (Array.isArray(body)) {
    if (header !== BATCH_REVISION) throw invalidRequest('Batches exist in revision 2025-03-26 only');
    return;
  }
  if (header === STATELESS_REVISION && !('method' in body)) {
    throw invalidRequest('This revision has no responses of the client');
  }
}
