import { Injectable } from '@nestjs/common';
import {
  type CallToolRequest,
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { Schema, ToolFeature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { ToolError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { toErrorResult } from './call.errors.js';
import { toCallToolResult } from './call.result.js';
import { scopesWanted } from './scope.policy.js';
import { withTimeLimit } from './time.limit.js';

/** JSON-RPC code of a call that needs more scopes, in the era whose HTTP answer has already been sent. */
const INSUFFICIENT_SCOPE = -32030;

/** Runs one call: scopes, input, tool, output. Every transport ends here. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly catalog: Catalog,
    private readonly options: McpOptions,
  ) {}

  async call({ params }: CallToolRequest, context: McpContext): Promise<CallToolResult> {
    const tool = this.catalog.tool(params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    const wanted = scopesWanted(tool.scopes, context.principal);
    if (wanted !== undefined) {
      const scope = wanted.join(' ');
      throw new ProtocolError(INSUFFICIENT_SCOPE, `This call needs the scope: ${scope}`, {
        error: 'insufficient_scope',
        scope,
      });
    }
    try {
      return await this.run(tool, params.arguments ?? {}, context);
    } catch (error) {
      return toErrorResult(tool.options.name, error);
    }
  }

  private async run(tool: ToolFeature, args: unknown, context: McpContext): Promise<CallToolResult> {
    const input = await checkInput(tool.options.inputSchema, args);
    const value = await withTimeLimit(context.signal, this.options.toolTimeoutMs, (signal) =>
      tool.handler(input, { ...context, signal }),
    );
    const result = toCallToolResult(value);
    await checkOutput(tool, result);
    return result;
  }
}

/** A wrong argument is told to the model as a result, so that it can mend the call (SEP-1303). */
async function checkInput(schema: Schema | undefined, args: unknown): Promise<unknown> {
  if (schema === undefined) return args;
  const checked = await schema['~standard'].validate(args);
  if (checked.issues === undefined) return checked.value;
  const faults = checked.issues.slice(0, 10).map(({ path, message }) => {
    const where = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
  throw new ToolError(`Invalid arguments. ${faults.join('; ')}`);
}

async function checkOutput({ options }: ToolFeature, result: CallToolResult): Promise<void> {
  if (options.outputSchema === undefined || result.isError === true) return;
  const checked = await options.outputSchema['~standard'].validate(result.structuredContent);
  if (checked.issues !== undefined) {
    throw new Error(
      `The result breaks the output schema: ${checked.issues.map(({ message }) => message).join('; ')}`,
    );
  }
}
