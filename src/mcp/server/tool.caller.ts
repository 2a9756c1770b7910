import { Injectable } from '@nestjs/common';
import {
  type CallToolRequestParams,
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { Schema, ToolFeature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { ToolError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { toErrorResult } from './call.errors.js';
import { toCallToolResult } from './call.result.js';
import { Dispatcher } from './dispatcher.js';
import { faultsOf } from './schema.faults.js';
import { unknownName } from './unknown.name.js';

/** Runs one `tools/call`: input, tool, output; or the questions to the user that come first. */
@Injectable()
export class ToolCaller {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly options: McpOptions,
  ) {}

  async call(
    { name, arguments: args = {} }: CallToolRequestParams,
    context: McpContext,
  ): Promise<CallToolResult | InputRequiredResult> {
    const tool = this.catalog.tool(name);
    if (tool === undefined) throw unknownName('tool', name);
    this.dispatcher.authorize(tool, context);
    try {
      const input = await checkInput(tool.options.inputSchema, args);
      const value = await this.dispatcher.invoke(tool, input, context);
      const result = toCallToolResult(value, this.options.maxResultBytes);
      if (!isInputRequiredResult(result)) await checkOutput(tool, result);
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
  throw new ToolError(`Invalid arguments. ${faultsOf(checked.issues)}`);
}

async function checkOutput({ options }: ToolFeature, result: CallToolResult): Promise<void> {
  if (options.outputSchema === undefined || result.isError === true) return;
  const checked = await options.outputSchema['~standard'].validate(result.structuredContent);
  if (checked.issues !== undefined) {
    throw new Error(`The result breaks the output schema: ${faultsOf(checked.issues)}`);
  }
}
