import { Injectable } from '@nestjs/common';
import { Catalog } from '../features/catalog.js';
import type { Feature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { McpOptions } from '../mcp.options.js';
import { Dispatcher } from '../server/dispatcher.js';
import { AnswerRegistry } from '../server/elicitation/answer.registry.js';
import { ToolCaller } from '../server/tool.caller.js';

/** The dispatcher of what runs as a task, whose limit is the task's time and not that of a tool. */
@Injectable()
export class TaskDispatcher extends Dispatcher {
  private readonly timeoutMs: number;

  constructor(options: McpOptions, answers: AnswerRegistry) {
    super(options, answers);
    this.timeoutMs = options.tasks.ttlMs;
  }

  override invoke(feature: Feature, input: unknown, context: McpContext): Promise<unknown> {
    return super.invoke({ ...feature, timeoutMs: this.timeoutMs, isTask: true }, input, context);
  }
}

/** Runs a tool as every call does, input, tool and output, for as long as a task may take. */
@Injectable()
export class TaskCaller extends ToolCaller {
  // oxlint-disable-next-line no-useless-constructor -- Nest reads here which dispatcher to inject
  constructor(catalog: Catalog, dispatcher: TaskDispatcher, options: McpOptions) {
    super(catalog, dispatcher, options);
  }
}
