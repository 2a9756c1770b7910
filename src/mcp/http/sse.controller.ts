import { All, Controller, Get, Head, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';
import type { Exchange } from '../transports/mcp.transport.js';
import { SseTransport } from '../transports/sse.transport.js';
import { BodyGuard } from './body.guard.js';
import { Handover } from './handover.js';
import { RpcFilter } from './rpc.filter.js';
import { SseEnabledGuard } from './sse.enabled.guard.js';

/** The two endpoints of revision 2024-11-05, below /mcp and at the root, where older clients have them configured. */
@Controller()
@UseGuards(SseEnabledGuard, BodyGuard)
@UseFilters(RpcFilter)
export class SseController {
  constructor(
    private readonly transport: SseTransport,
    private readonly handover: Handover,
  ) {}

  // First, because routes are tried in this order and this one is asked most.
  @Post(['mcp/messages', 'messages'])
  message(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.transport.message(exchange), req, res);
  }

  // Express answers HEAD with the GET handler, which would open a stream that nobody reads.
  @Head(['mcp/sse', 'sse'])
  head(): never {
    return this.notGet();
  }

  @Get('mcp/sse')
  open(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.transport.open(exchange, '/mcp/messages'), req, res);
  }

  @Get('sse')
  openAtRoot(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.transport.open(exchange, '/messages'), req, res);
  }

  // A client that tries Streamable HTTP first POSTs here, and falls back to GET on a 405.
  @All(['mcp/sse', 'sse'])
  notGet(): never {
    throw new McpHttpError(405, -32000, 'Method not allowed', { Allow: 'GET' });
  }

  @All(['mcp/messages', 'messages'])
  notPost(): never {
    throw new McpHttpError(405, -32000, 'Method not allowed', { Allow: 'POST' });
  }
}
