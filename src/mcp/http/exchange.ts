import type { Response } from 'express';
import { principalOf } from '../principal.js';
import type { Exchange } from '../transports/mcp.transport.js';

/** What the guards have made of a request: its caller is verified, its body parsed. */
export function exchangeOf(req: Exchange['req'], res: Response): Exchange {
  if (req.auth === undefined)
    throw new Error('No guard has verified this request, and the engine serves none unverified');
  const body: unknown = req.body;
  return { req, res, body, principal: principalOf(req.auth) };
}

/**
 * The same for a transport, which hands the request on to whoever looks for it: the token has done its work, and no
 * tool is to find it behind its context.
 */
export function handOver(req: Exchange['req'], res: Response): Exchange {
  const exchange = exchangeOf(req, res);
  delete req.headers.authorization;
  const { rawHeaders } = req;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'authorization') rawHeaders[at + 1] = '';
  }
  return exchange;
}
