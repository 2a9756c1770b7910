import { randomBytes } from 'node:crypto';
import { HttpException, Logger } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ProtocolError } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { errorResult } from './call.result.js';

const log = new Logger('Tools');

/**
 * What the caller hears when a tool fails. A `ToolError`, and a 4xx that a Nest guard or pipe threw, were written for
 * the caller. Everything else may carry a password or a path and becomes a reference into the log.
 */
export function toErrorResult(tool: string, error: unknown): CallToolResult {
  if (error instanceof ToolError) return errorResult(error.message);
  if (error instanceof ProtocolError) throw error;
  if (error instanceof HttpException && error.getStatus() < 500) return errorResult(error.message);
  const ref = randomBytes(6).toString('hex');
  log.error({ event: 'tool.failed', tool, ref, error: error instanceof Error ? error.stack : String(error) });
  return errorResult(`Internal error (ref ${ref})`);
}
