import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type McpContext, Tool } from '../../src/mcp/index.js';
import { accessToken } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';
import type { Environment } from '../../src/config/index.js';
import { setTimeout } from 'node:timers/promises';

@Injectable()
export class ProbeTool {
  static runs = 0;

  @Tool({ name: 'probe', description: 'Counts its runs.', inputSchema: z.looseObject({}) })
  probe(input: Readonly<Record<string, unknown>>) {
    ProbeTool.runs += 1;
    return { keys: Object.keys(input), polluted: 'x' in {} };
  }

  @Tool({ name: 'slow', description: 'Takes 300 ms.' })
  async slow(_input: unknown, { signal }: McpContext) {
    await setTimeout(300, undefined, { signal });
    return 'done';
  }
}

/** Out of the way: what these tests are about is refused before anybody is counted. */
export const NO_LIMITS: Environment = {
  MAX_CONNECTIONS_PER_ADDRESS: '1000000',
  LIMIT_REQUESTS_PER_ADDRESS: '1000000',
  LIMIT_FAILURES_PER_ADDRESS: '1000000',
  LIMIT_REQUESTS_PER_PRINCIPAL: '1000000',
  LIMIT_CALLS_PER_PRINCIPAL: '10000',
  LIMIT_STREAMS_PER_PRINCIPAL: '10000',
  LIMIT_IN_FLIGHT: '1000000',
  LIMIT_IN_FLIGHT_PER_PRINCIPAL: '1000000',
};

export interface EdgeStack extends Stack {
  readonly token: string;
  /** `localhost:<port>`, as clients write it in `Host`. */
  readonly authority: string;
}

/** The whole service, and a token for `/mcp`. */
export async function startEdge(env: Environment = {}): Promise<EdgeStack> {
  const stack = await startStack({ env: { ...NO_LIMITS, ...env }, tools: [ProbeTool] });
  const token = await accessToken(stack, { resource: '/mcp' });
  return { ...stack, token, authority: new URL(stack.origin).host };
}
