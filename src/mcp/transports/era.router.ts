import { Injectable } from '@nestjs/common';
import { classifyInboundRequest, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { claimedRevision } from '../http/revision.js';
import { McpHttpError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import { STATELESS_REVISION } from '../revisions.js';
import { type Exchange, McpTransport } from './mcp.transport.js';
import { StatelessTransport } from './stateless.transport.js';
import { StreamableHttpTransport } from './streamable-http.transport.js';

const notAPost = () => new McpHttpError(405, -32000, 'Method not allowed', { Allow: 'POST' });

/** The only place that asks which revision a request to `/mcp` speaks. */
@Injectable()
export class EraRouter extends McpTransport {
  constructor(
    private readonly stateless: StatelessTransport,
    private readonly streamable: StreamableHttpTransport,
  ) {
    super();
  }

  handle(exchange: Exchange): Promise<void> {
    const { req, body } = exchange;
    // Without a session there is nothing to open or to end (2026-07-28, Streamable HTTP).
    if (req.method !== 'POST' && req.get('mcp-protocol-version') === STATELESS_REVISION) throw notAPost();
    if (isPlain(body, req)) return this.stateless.call(body, exchange);
    if (isOfSession(body, req)) return this.streamable.handle(exchange);
    const route = classifyInboundRequest({
      httpMethod: req.method,
      protocolVersionHeader: req.get('mcp-protocol-version'),
      mcpMethodHeader: req.get('mcp-method'),
      mcpNameHeader: req.get('mcp-name'),
      body,
    });
    if (route.kind === 'legacy') return this.streamable.handle(exchange);
    // What fits neither is answered by the newest era, whose errors say what it would have taken.
    return this.stateless.handle(exchange);
  }
}

/** Whether a tool is called, or all are asked for, and the headers say so in the very bytes of the body. */
function isPlain(body: unknown, { method, headers }: Exchange['req']): body is JSONRPCRequest {
  if (method !== 'POST' || headers['mcp-protocol-version'] !== STATELESS_REVISION) return false;
  const called = memberOf(body, 'method');
  return (
    memberOf(body, 'id') !== undefined &&
    headers['mcp-method'] === called &&
    claimedRevision(body) === STATELESS_REVISION &&
    (called === 'tools/list' ||
      (called === 'tools/call' && isName(headers['mcp-name'], memberOf(memberOf(body, 'params'), 'name'))))
  );
}

/** Whether a session is named, and nothing speaks of the revision that has none. Batches are looked at one by one. */
const isOfSession = (body: unknown, { method, headers }: Exchange['req']): boolean =>
  method === 'POST' &&
  headers['mcp-session-id'] !== undefined &&
  headers['mcp-protocol-version'] !== STATELESS_REVISION &&
  !Array.isArray(body) &&
  claimedRevision(body) === undefined;

/** A name that HTTP cannot carry is encoded, and one that looks encoded is not what it says. */
const isName = (header: unknown, name: unknown): boolean =>
  typeof name === 'string' && header === name && !name.startsWith('=?');
