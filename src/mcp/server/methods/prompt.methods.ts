import { Injectable } from '@nestjs/common';
import {
  type GetPromptResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerCapabilities,
} from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { Catalog } from '../../features/catalog.js';
import type { PromptFeature } from '../../features/feature.js';
import type { McpContext } from '../../mcp.context.js';
import { McpOptions } from '../../mcp.options.js';
import { contextOf } from '../context.factory.js';
import { Dispatcher } from '../dispatcher.js';
import { ListPages } from '../list.pages.js';
import { ListParams, PromptParams } from '../request.params.js';
import { toGetPromptResult } from '../prompt.result.js';
import { toProtocolError } from '../request.errors.js';
import { faultsOf } from '../schema.faults.js';
import { unknownName } from '../unknown.name.js';
import { type CacheHints, MethodGroup, type Serving } from './method.group.js';

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/prompts */
@Injectable()
export class PromptMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly pages: ListPages,
    private readonly dispatcher: Dispatcher,
    private readonly options: McpOptions,
  ) {
    super();
  }

  capabilities(): ServerCapabilities {
    return this.catalog.lists.prompts.isEmpty ? {} : { prompts: {} };
  }

  override cacheHints(): CacheHints {
    return { 'prompts/list': this.pages.cacheHint(this.catalog.lists.prompts) };
  }

  install(server: Server, serving: Serving): void {
    if (this.capabilities().prompts === undefined) return;
    server.setRequestHandler('prompts/list', { params: ListParams }, ({ cursor }, ctx) => {
      const { principal } = contextOf(ctx, serving);
      const { entries, next } = this.pages.page(this.catalog.lists.prompts, cursor, principal);
      return { prompts: entries, ...next };
    });
    server.setRequestHandler('prompts/get', { params: PromptParams }, (params, ctx) =>
      this.get(params, contextOf(ctx, serving, params)),
    );
  }

  private async get(
    { name, arguments: args = {} }: z.output<typeof PromptParams>,
    context: McpContext,
  ): Promise<GetPromptResult | InputRequiredResult> {
    const prompt = this.catalog.prompt(name);
    if (prompt === undefined) throw unknownName('prompt', name);
    this.dispatcher.authorize(prompt, context);
    try {
      const value = await this.dispatcher.invoke(prompt, await checkArguments(prompt, args), context);
      return toGetPromptResult(value, prompt.description.description, this.options.maxResultBytes);
    } catch (error) {
      throw toProtocolError(name, error, context.principal);
    }
  }
}

/** The user, not the model, fills in a prompt; so a wrong argument is an error of the protocol. */
async function checkArguments({ argsSchema }: PromptFeature, args: unknown): Promise<unknown> {
  if (argsSchema === undefined) return args;
  const checked = await argsSchema['~standard'].validate(args);
  if (checked.issues === undefined) return checked.value;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Invalid arguments. ${faultsOf(checked.issues)}`);
}
