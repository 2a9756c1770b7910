import { All, Controller, Delete, Get, Head, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';
import { EraRouter } from '../transports/era.router.js';
import type { Exchange } from '../transports/mcp.transport.js';
import { BodyGuard } from './body.guard.js';
import { Handover } from './handover.js';
import { ParamHeaderGuard } from './param.header.guard.js';
import { RpcFilter } from './rpc.filter.js';
import { ScopeGuard } from './scope.guard.js';

/** The MCP endpoint of every revision since 2025-03-26. */
@Controller()
@UseGuards(BodyGuard, ScopeGuard, ParamHeaderGuard)
@UseFilters(RpcFilter)
export class McpController {
  constructor(
    private readonly router: EraRouter,
    private readonly handover: Handover,
  ) {}

  @Post('mcp')
  post(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.router.handle(exchange), req, res);
  }

  // Express answers HEAD with the GET handler, which would open a stream that nobody reads.
  @Head('mcp')
  head(): never {
    return this.other();
  }

  @Get('mcp')
  get(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.router.handle(exchange), req, res);
  }

  @Delete('mcp')
  delete(@Req() req: Exchange['req'], @Res() res: Response): Promise<void> {
    return this.handover.to((exchange) => this.router.handle(exchange), req, res);
  }

  @All('mcp')
  other(): never {
    throw new McpHttpError(405, -32000, 'Method not allowed', { Allow: 'GET, POST, DELETE' });
  }
}
