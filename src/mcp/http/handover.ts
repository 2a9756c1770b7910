import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { maskFault } from '../server/fault.mask.js';
import type { Exchange } from '../transports/mcp.transport.js';
import { exchangeOf } from './exchange.js';

/** The step from the routes to the transports. */
@Injectable()
export class Handover {
  constructor(private readonly options: McpOptions) {}

  /** @throws {McpHttpError} of the transport; a fault of our own is masked: the caller gets a reference, the log the rest */
  async to(
    transport: (exchange: Exchange) => Promise<void>,
    req: Exchange['req'],
    res: Response,
  ): Promise<void> {
    const exchange = exchangeOf(req, res);
    await this.options.messages?.admit(exchange);
    // Nobody waits any more, and what a session opens for this request nobody would ever close.
    if (res.closed) return;
    hideToken(req);
    try {
      await transport(exchange);
    } catch (error) {
      if (error instanceof McpHttpError) throw error;
      const { ref } = maskFault('http.failed', error);
      throw new McpHttpError(500, -32603, 'Internal error', {}, { data: { ref } });
    }
  }
}

/** The token has done its work. A transport hands the request on, and no tool is to find it behind its context. */
function hideToken({ headers, rawHeaders }: Exchange['req']): void {
  delete headers.authorization;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'authorization') rawHeaders[at + 1] = '';
  }
}
