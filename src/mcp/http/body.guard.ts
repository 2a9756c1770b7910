import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { McpOptions } from '../mcp.options.js';
import { assertMessage, readMessage } from './body.parser.js';

/** Reads the body of a POST. A guard, because it must run after the bearer guard and before the scope guard. */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly options: McpOptions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const req = context.switchToHttp().getRequest<Request>();
    if (req.method !== 'POST') return true;
    const body = await readMessage(req, this.options.maxBodyBytes);
    assertMessage(body);
    req.body = body;
    return true;
  }
}
