import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';

/** Answers with a JSON-RPC error, which is how the transports refuse in HTTP. */
export function sendRpcError(res: Response, { status, code, message, headers, details }: McpHttpError): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { id, data } = details;
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', ...headers })
    .json({ jsonrpc: '2.0', id: id ?? null, error: { code, message, ...(data !== undefined && { data }) } });
}

/** Renders what the MCP endpoints refuse. */
@Catch(McpHttpError)
export class RpcFilter implements ExceptionFilter<McpHttpError> {
  catch(error: McpHttpError, host: ArgumentsHost): void {
    sendRpcError(host.switchToHttp().getResponse<Response>(), error);
  }
}
