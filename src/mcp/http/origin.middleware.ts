import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { sendRpcError } from './rpc.filter.js';

/**
 * Turns away browsers of other sites before anything else looks at the request (DNS rebinding).
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
@Injectable()
export class OriginMiddleware implements NestMiddleware {
  constructor(private readonly options: McpOptions) {}

  use(req: Request, res: Response, next: NextFunction): void {
    const { origin } = req.headers;
    if (origin === undefined || this.options.allowedOrigins.includes(origin)) return next();
    sendRpcError(req, res, new McpHttpError(403, -32600, 'This Origin is not allowed'));
  }
}
