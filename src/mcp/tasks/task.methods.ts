import { Injectable } from '@nestjs/common';
import {
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { Catalog } from '../features/catalog.js';
import { contextOf } from '../server/context.factory.js';
import { Dispatcher } from '../server/dispatcher.js';
import { MethodGroup, type Serving } from '../server/methods/method.group.js';
import type { Task } from './task.js';
import { declaresTasks, knowsTasks, missingTasks } from './task.negotiation.js';
import { TaskStore } from './task.store.js';
import { TASKS_EXTENSION } from './task.wire.js';

const TaskParams = z.object({ taskId: z.string().max(200) });
type TaskParams = z.output<typeof TaskParams>;

/** An empty acknowledgement: what it has done shows in the next `tasks/get`. */
const ACK = {};

/** @see https://modelcontextprotocol.io/seps/2663-tasks-extension */
@Injectable()
export class TaskMethods extends MethodGroup {
  constructor(
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly store: TaskStore,
  ) {
    super();
  }

  /** Nothing here: the extension is not for every revision, so `install` declares it. */
  capabilities(): ServerCapabilities {
    return {};
  }

  install(server: Server, serving: Serving): void {
    if (!knowsTasks(serving)) return;
    server.registerCapabilities({ extensions: { [TASKS_EXTENSION]: {} } });
    // With a schema of our own: without one, the SDK takes the first and last for the methods of 2025-11-25.
    server.setRequestHandler('tasks/get', { params: TaskParams }, (params, ctx) =>
      this.taskOf(params, ctx, serving).detail(),
    );
    server.setRequestHandler('tasks/update', { params: TaskParams }, (params, ctx) =>
      this.update(this.taskOf(params, ctx, serving), ctx),
    );
    server.setRequestHandler('tasks/cancel', { params: TaskParams }, (params, ctx) => {
      this.taskOf(params, ctx, serving).cancel();
      return ACK;
    });
  }

  private async update(task: Task, { mcpReq }: ServerContext): Promise<typeof ACK> {
    // The SDK takes them out of the params of every request, as it does for one that is made again with answers.
    if (mcpReq.inputResponses === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'inputResponses is missing');
    }
    // What the SDK has dropped as malformed is refused, not ignored, where a question waits for it.
    const dropped = (mcpReq.droppedInputResponseKeys ?? []).map((key) => [key, undefined]);
    await task.answer({ ...mcpReq.inputResponses, ...Object.fromEntries(dropped) });
    return ACK;
  }

  /** The task, if this caller may have it: its owner, and still allowed to use the tool. */
  private taskOf({ taskId }: TaskParams, ctx: ServerContext, serving: Serving): Task {
    const context = contextOf(ctx, serving);
    if (!declaresTasks(context)) throw missingTasks();
    const task = this.store.take(taskId, context.principal);
    const tool = this.catalog.tool(task.tool);
    if (tool !== undefined) this.dispatcher.authorize(tool, context);
    return task;
  }
}
