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
