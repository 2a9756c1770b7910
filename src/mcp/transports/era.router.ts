import { Injectable } from '@nestjs/common';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { type Exchange, McpTransport } from './mcp.transport.js';
import { StatelessTransport } from './stateless.transport.js';
import { StreamableHttpTransport } from './streamable-http.transport.js';

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
