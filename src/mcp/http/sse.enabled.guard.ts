import { type CanActivate, Injectable } from '@nestjs/common';
import { McpHttpError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';

/** Makes the endpoints of 2024-11-05 disappear where the operator has switched them off. */
@Injectable()
export class SseEnabledGuard implements CanActivate {
  constructor(private readonly options: McpOptions) {}

  canActivate(): boolean {
    if (this.options.sse) return true;
    throw new McpHttpError(404, -32000, 'HTTP+SSE is switched off here; use /mcp');
  }
}
