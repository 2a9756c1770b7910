import { HttpException } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ProtocolError } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { memberOf } from '../members.js';
import { callerOf, type Principal } from '../principal.js';
import { errorResult } from './call.result.js';
import { maskFault } from './fault.mask.js';

/** As much as a model reads of it. */
const LONGEST_MESSAGE = 16_384;

/**
 * What the caller hears when a tool fails. A `ToolError`, and a 4xx that a Nest guard or pipe threw, were written for
 * the caller. Everything else may carry a password or a path and becomes a reference into the log.
 */
export function toErrorResult(tool: string, error: unknown, principal: Principal): CallToolResult {
  const words = wordsFor(error);
  if (words !== undefined) return errorResult(words);
  if (isSound(error)) throw error;
  return errorResult(maskFault('tool.failed', error, { tool, ...callerOf(principal) }).message);
}

/** What an error says to the caller, if it was written for that. Looking at what was thrown may throw again. */
export function wordsFor(error: unknown): string | undefined {
  try {
    if (error instanceof ToolError) return bounded(error.message);
    if (!(error instanceof HttpException) || error.getStatus() >= 500) return undefined;
    return bounded(messagesOf(error.getResponse()) ?? error.message);
  } catch {
    return undefined;
  }
}

/** What pipes have found, which Nest keeps in the response; its other members were not written for an agent. */
function messagesOf(response: unknown): string | undefined {
  const message: unknown = typeof response === 'string' ? response : memberOf(response, 'message');
  if (!Array.isArray(message)) return typeof message === 'string' ? message : undefined;
  const texts = message.filter((one): one is string => typeof one === 'string');
  return texts.length === 0 ? undefined : texts.join('; ');
}

const bounded = (text: string): string => text.slice(0, LONGEST_MESSAGE);

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
