import { Injectable } from '@nestjs/common';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { McpHttpError } from '../mcp.errors.js';
import { type Exchange, McpTransport } from './mcp.transport.js';
import { StatelessTransport } from './stateless.transport.js';
import { StreamableHttpTransport } from './streamable-http.transport.js';

const STATELESS = '2026-07-28';

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
    if (req.method !== 'POST' && req.get('mcp-protocol-version') === STATELESS) throw notAPost();
    const { kind } = classifyInboundRequest({
      httpMethod: req.method,
      protocolVersionHeader: req.get('mcp-protocol-version'),
      mcpMethodHeader: req.get('mcp-method'),
      mcpNameHeader: req.get('mcp-name'),
      body,
    });
    // What fits neither is answered by the newest era, whose errors say what it would have taken.
    return kind === 'legacy' ? this.streamable.handle(exchange) : this.stateless.handle(exchange);
  }
}
