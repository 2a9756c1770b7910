import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { requestIdOf } from '../../mcp/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { quotaHeaders } from '../quota.js';
import { isMcpPath } from './mcp.path.js';

/** Of the range that JSON-RPC 2.0 leaves to servers. */
const LIMITED = -32000;

/**
 * Answers that a limit was exceeded: as a JSON-RPC error where the message has been read and has an id, otherwise in the
 * form of OAuth's errors. Some clients wait for ever after a JSON-RPC error without an id.
 * @see https://www.rfc-editor.org/rfc/rfc6585#section-4
 */
export function sendLimitError(error: LimitExceededError, req: Request, res: Response): void {
  const { status, code, message, retryAfterSeconds, standing } = error;
  const id = isMcpPath(req.originalUrl) ? requestIdOf(req.body) : undefined;
  res
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      'Retry-After': String(retryAfterSeconds),
      ...quotaHeaders(standing),
    })
    .json(
      id === undefined
        ? { error: code, error_description: message }
        : { jsonrpc: '2.0', id, error: { code: LIMITED, message, data: { retryAfterSeconds } } },
    );
}

@Catch(LimitExceededError)
export class LimitFilter implements ExceptionFilter<LimitExceededError> {
  catch(error: LimitExceededError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    sendLimitError(error, http.getRequest<Request>(), http.getResponse<Response>());
  }
}
