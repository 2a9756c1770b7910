import { Injectable } from '@nestjs/common';
import { classifyInboundRequest, type InboundModernRoute } from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
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
    const route = classifyInboundRequest({
      httpMethod: req.method,
      protocolVersionHeader: req.get('mcp-protocol-version'),
      mcpMethodHeader: req.get('mcp-method'),
      mcpNameHeader: req.get('mcp-name'),
      body,
    });
    if (route.kind === 'legacy') return this.streamable.handle(exchange);
    if (route.kind === 'modern' && isPlain(route, req)) return this.stateless.call(route, exchange);
    // What fits neither is answered by the newest era, whose errors say what it would have taken.
    return this.stateless.handle(exchange);
  }
}

/** Whether a tool is called, or all are asked for, and the headers say so in the very bytes of the body. */
function isPlain(
  { classification, message, messageKind }: InboundModernRoute,
  req: Exchange['req'],
): boolean {
  const { headers } = req;
  return (
    messageKind === 'request' &&
    headers['mcp-method'] === message.method &&
    headers['mcp-protocol-version'] === classification.revision &&
    classification.revision === STATELESS_REVISION &&
    (message.method === 'tools/list' ||
      (message.method === 'tools/call' && isName(headers['mcp-name'], message.params?.['name'])))
  );
}

/** A name that HTTP cannot carry is encoded, and one that looks encoded is not what it says. */
const isName = (header: unknown, name: unknown): boolean =>
  typeof name === 'string' && header === name && !name.startsWith('=?');
