import type { Request, Response } from 'express';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Principal } from '../principal.js';

/** One HTTP request whose token is verified and whose body, if it has one, is parsed. */
export interface Exchange {
  readonly req: Request & { auth?: AuthInfo };
  readonly res: Response;
  readonly body: unknown;
  readonly principal: Principal;
}

/** A way to serve an exchange: one class an era. */
export abstract class McpTransport {
  abstract handle(exchange: Exchange): Promise<void>;
}
