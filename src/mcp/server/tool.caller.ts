import { Injectable } from '@nestjs/common';
import {
  type CallToolRequestParams,
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { Schema, ToolFeature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { ToolError } from '../mcp.errors.js';
import { toErrorResult } from './call.errors.js';
import { toCallToolResult } from './call.result.js';
import { Dispatcher } from './dispatcher.js';

/** Runs one `tools/call`: input, tool, output; or the questions to the user that come first. */
@Injectable()
export class ToolCaller {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
  ) {}

  async call(
    { name, arguments: args = {} }: CallToolRequestParams,
    context: McpContext,
  ): Promise<CallToolResult | InputRequiredResult> {
    const tool = this.catalog.tool(name);
    if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`);
    this.dispatcher.authorize(tool, context);
    try {
      const input = await checkInput(tool.options.inputSchema, args);
      const value = await this.dispatcher.invoke(tool, input, context);
      if (isInputRequiredResult(value)) return value;
      const result = toCallToolResult(value);
      await checkOutput(tool, result);
      return result;
    } catch (error) {
      return toErrorResult(name, error);
    }
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
