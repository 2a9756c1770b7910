import { Injectable } from '@nestjs/common';
import type {
  CallToolRequestParams,
  CallToolResult,
  InputRequiredResult,
} from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { Schema } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { ToolError } from '../mcp.errors.js';
import { McpOptions } from '../mcp.options.js';
import { toErrorResult } from './call.errors.js';
import { toCallToolResult, toStructuredResult } from './call.result.js';
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
      const { maxResultBytes } = this.options;
      const { outputSchema } = tool.options;
      if (outputSchema === undefined) return toCallToolResult(value, maxResultBytes);
      return await toStructuredResult(value, maxResultBytes, outputSchema, tool.description);
    } catch (error) {
      return toErrorResult(name, error, context.principal);
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
