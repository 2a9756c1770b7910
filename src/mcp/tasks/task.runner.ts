import { Injectable } from '@nestjs/common';
import {
  type CallToolRequestParams,
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { Catalog } from '../features/catalog.js';
import type { ToolFeature } from '../features/feature.js';
import type { McpContext } from '../mcp.context.js';
import { isSound } from '../server/call.errors.js';
import { Dispatcher } from '../server/dispatcher.js';
import { maskFault } from '../server/fault.mask.js';
import { LateTask } from './late.task.js';
import type { Task } from './task.js';
import { TaskCaller } from './task.caller.js';
import { contextIn } from './task.context.js';
import { TasksUnsupportedError } from './task.errors.js';
import { declaresTasks, knowsTasks, missingTasks } from './task.negotiation.js';
import { TaskStore } from './task.store.js';
import type { TaskError } from './task.wire.js';

type CallAnswer = CallToolResult | InputRequiredResult;

/** Runs a `tools/call` as a task, where the tool wants it and the request declares that its client can follow one. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly caller: TaskCaller,
    private readonly store: TaskStore,
  ) {}

  /**
   * @returns the answer to the call, or nothing when it is a plain one
   * @throws {ProtocolError} when the tool runs only as a task and this call cannot
   */
  maybeStart(params: CallToolRequestParams, context: McpContext): Promise<CallAnswer> | undefined {
    const tool = this.catalog.tool(params.name);
    if (tool?.options.task === undefined) return undefined;
    // Before there is a handle: a caller without the scopes is told at once, and not by a task that fails.
    this.dispatcher.authorize(tool, context);
    return this.mayStart(tool, context) ? this.start(tool, params, context) : undefined;
  }

  private mayStart({ options }: ToolFeature, context: McpContext): boolean {
    const declared = declaresTasks(context);
    // A tool that can do without is not refused for want of room.
    if (options.task === 'optional') return declared && this.store.hasRoomFor(context.principal);
    if (declared) return true;
    throw knowsTasks(context) ? missingTasks() : new TasksUnsupportedError(options.name);
  }

  private async start(
    { options: { name, beforeTask = [] } }: ToolFeature,
    params: CallToolRequestParams,
    context: McpContext,
  ): Promise<CallAnswer> {
    const create = () => this.store.create(name, context.principal);
    if (beforeTask.length === 0) {
      const task = create();
      this.follow(task, this.caller.call(params, contextIn(task, context)));
      return task.created();
    }
    const late = new LateTask(context, beforeTask, create);
    const call = this.caller.call(params, late.context);
    // Without a task by the end of the call, its answer is a question or a plain result.
    const begun = await Promise.race([late.begun, call.then(() => undefined)]);
    if (begun === undefined) return call;
    this.follow(begun, call);
    return begun.created();
  }

  private follow(task: Task, call: Promise<CallAnswer>): void {
    call
      .then((answer) => {
        if (!isInputRequiredResult(answer)) return task.complete(answer);
        throw new Error('A task asks by elicit(), and cannot return its questions');
      })
      .catch((error: unknown) => task.fail(this.toTaskError(task.tool, error)));
  }

  /** What the call would have answered: a protocol error as it is, all else masked. */
  private toTaskError(tool: string, error: unknown): TaskError {
    if (isSound(error)) {
      const { code, message, data } = error;
      return { code, message, ...(data !== undefined && { data }) };
    }
    const { message } = maskFault('task.failed', error, { tool });
    return { code: ProtocolErrorCode.InternalError, message };
  }
}
