import { Injectable } from '@nestjs/common';
import {
  type CompleteResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerCapabilities,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { Catalog } from '../../features/catalog.js';
import type { CompletionFeature, CompletionInput } from '../../features/feature.js';
import type { McpContext } from '../../mcp.context.js';
import { contextOf } from '../context.factory.js';
import { Dispatcher } from '../dispatcher.js';
import { toProtocolError } from '../request.errors.js';
import { CompleteParams } from '../request.params.js';
import { completedFeature } from '../scope.policy.js';
import { unknownName } from '../unknown.name.js';
import { MethodGroup, type Serving } from './method.group.js';

/** The most that a result may hold. */
const MAX_VALUES = 100;
const NOTHING: CompleteResult = { completion: { values: [], total: 0, hasMore: false } };
const Values = z.array(z.string());

/** @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion */
@Injectable()
export class CompletionMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  capabilities(): ServerCapabilities {
    return this.catalog.hasCompletions ? { completions: {} } : {};
  }

  install(server: Server, serving: Serving): void {
    if (!this.catalog.hasCompletions) return;
    server.setRequestHandler('completion/complete', { params: CompleteParams }, (params, ctx) =>
      this.complete(params, contextOf(ctx, serving, params)),
    );
  }

  private async complete(
    { ref, argument, context: { arguments: known = {} } = {} }: z.output<typeof CompleteParams>,
    context: McpContext,
  ): Promise<CompleteResult> {
    const completed = completedFeature(ref, this.catalog);
    if (completed === undefined) {
      if (ref.type === 'ref/prompt') throw unknownName('prompt', ref.name);
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown resource template');
    }
    this.dispatcher.authorize(completed, context);
    const completion =
      ref.type === 'ref/prompt'
        ? this.catalog.completion('prompt', ref.name, argument.name)
        : this.catalog.completion('resourceTemplate', ref.uri, argument.name);
    if (completion === undefined) return NOTHING;
    return this.run(completion, { value: argument.value, known }, context);
  }

  private async run(
    completion: CompletionFeature,
    input: CompletionInput,
    context: McpContext,
  ): Promise<CompleteResult> {
    try {
      const values = Values.parse(await this.dispatcher.invoke(completion, input, context));
      return {
        completion: {
          values: values.slice(0, MAX_VALUES),
          total: values.length,
          hasMore: values.length > MAX_VALUES,
        },
      };
    } catch (error) {
      throw toProtocolError(completion.options.argument, error, context.principal);
    }
  }
}
