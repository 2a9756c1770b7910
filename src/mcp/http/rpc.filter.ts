import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpHttpError } from '../mcp.errors.js';
import { requestIdOf } from './rpc.message.js';

const NAMES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  403: 'access_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  409: 'conflict',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  500: 'server_error',
  503: 'temporarily_unavailable',
};

/**
 * Refuses a request: with a JSON-RPC error where its id is known, otherwise in the form of OAuth's errors. A client that
 * takes a JSON-RPC error without an id for a message, and not for the response to its request, would wait for ever.
 */
export function sendRpcError(req: Request, res: Response, error: McpHttpError): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, code, message, headers, details } = error;
  const data = details.data !== undefined && { data: details.data };
  const id = details.id === undefined ? requestIdOf(req.body) : details.id;
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', ...headers })
    .json(
      typeof id === 'string' || typeof id === 'number'
        ? { jsonrpc: '2.0', id, error: { code, message, ...data } }
        : { error: NAMES[status] ?? 'invalid_request', error_description: message, ...data },
    );
}

/** Renders what the MCP endpoints refuse. */
@Catch(McpHttpError)
export class RpcFilter implements ExceptionFilter<McpHttpError> {
  catch(error: McpHttpError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendRpcError(http.getRequest<Request>(), http.getResponse<Response>(), error);
  }
}
