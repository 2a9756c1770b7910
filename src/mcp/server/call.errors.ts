import { HttpException } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ProtocolError } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { errorResult } from './call.result.js';
import { maskFault } from './fault.mask.js';

/** As much as a model reads of it. */
const LONGEST_MESSAGE = 16_384;

/**
 * What the caller hears when a tool fails. A `ToolError`, and a 4xx that a Nest guard or pipe threw, were written for
 * the caller. Everything else may carry a password or a path and becomes a reference into the log.
 */
export function toErrorResult(tool: string, error: unknown): CallToolResult {
  const words = wordsFor(error);
  if (words !== undefined) return errorResult(words.slice(0, LONGEST_MESSAGE));
  if (isSound(error)) throw error;
  return errorResult(maskFault('tool.failed', error, { tool }).message);
}

/** What an error says to the caller, if it was written for that. Looking at what was thrown may throw again. */
export function wordsFor(error: unknown): string | undefined {
  try {
    if (error instanceof ToolError) return error.message;
    return error instanceof HttpException && error.getStatus() < 500 ? error.message : undefined;
  } catch {
    return undefined;
  }
}

/** An error of the protocol that can be sent: data that JSON cannot carry would leave the caller without an answer. */
export function isSound(error: unknown): error is ProtocolError {
  try {
    if (!(error instanceof ProtocolError)) return false;
    JSON.stringify(error.data);
    return true;
  } catch {
    return false;
  }
}
