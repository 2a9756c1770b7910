import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { UserClaims } from '../auth/index.js';
import { LogtoUnavailableError, TokenRejectedError } from '../logto/index.js';
import { type McpContext, Tool, ToolError } from '../mcp/index.js';
import { WhoamiOutput } from './whoami.schema.js';

/** Tells the caller who they are: the claims the user consented to share with this agent, and no others. */
@Injectable()
export class WhoamiTool {
  constructor(private readonly users: UserClaims) {}

  @Tool({
    name: 'whoami',
    title: 'Who am I?',
    description:
      'Returns the claims of the signed-in user that this agent may see: sub, username, name, email and more.',
    outputSchema: WhoamiOutput,
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  async whoami(_input: unknown, { principal }: McpContext): Promise<CallToolResult> {
    const { claims, unavailable } = await this.users.of(principal).catch(explain);
    const text = [JSON.stringify(claims, null, 2)];
    if (unavailable !== undefined) {
      text.push(`Not available: ${unavailable.claims.join(', ')}. ${unavailable.reason} ${unavailable.cure}`);
    }
    return {
      content: text.map((block) => ({ type: 'text', text: block })),
      structuredContent: { ...claims, ...(unavailable && { unavailable }) },
    };
  }
}

function explain(error: unknown): never {
  if (error instanceof LogtoUnavailableError) {
    throw new ToolError('Logto does not answer at the moment. Try again in a few seconds.', { cause: error });
  }
  if (error instanceof TokenRejectedError) {
    throw new ToolError('Logto no longer accepts this user. Sign in again.', { cause: error });
  }
  throw error;
}
