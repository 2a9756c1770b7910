import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { McpOptions } from '../mcp.options.js';
import { readMessage } from './body.parser.js';
import { assertFits, assertRevision } from './revision.js';
import { assertMessage } from './rpc.message.js';

/**
 * Reads the body of a POST and refuses what no revision takes, before any transport sees it. A guard, because it must
 * run after the bearer guard and before the scope guard.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(private readonly options: McpOptions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const req = context.switchToHttp().getRequest<Request>();
    const revision = req.get('mcp-protocol-version');
    if (req.method !== 'POST') {
      assertRevision(revision);
      return true;
    }
    const body = await readMessage(req, this.options.maxBodyBytes);
    // Before it is checked: a refusal carries its id.
    req.body = body;
    assertMessage(body);
    assertRevision(revision, body);
    assertFits(body, revision);
    return true;
  }
}
