import { HttpException } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ProtocolError } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { callerOf, type Principal } from '../principal.js';
import { errorResult } from './call.result.js';
import { maskFault } from './fault.mask.js';
import { messagesOf } from './exception.messages.js';

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
    if (!(error instanceof HttpException)) return undefined;
    const status = error.getStatus();
    if (!(status >= 400 && status < 500)) return undefined;
    return bounded(readable(messagesOf(error.getResponse()) || error.message));
  } catch {
    return undefined;
  }
}

// A cut between two halves of a character would be refused by strict JSON parsers.
const bounded = (text: string): string => text.slice(0, LONGEST_MESSAGE).replace(/[\ud800-\udbff]$/, '');

// oxlint-disable-next-line no-control-regex -- pipes repeat what a caller has sent, and logs and terminals show it
const readable = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');

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
