import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { TASKS_EXTENSION } from './task.wire.js';

/** Unknown, over, or somebody else's: the answer is the same, so that nobody can probe for tasks. */
export class TaskNotFoundError extends ProtocolError {
  constructor() {
    super(ProtocolErrorCode.InvalidParams, 'Task not found');
  }
}

/** The server, or this user through this client, keeps as many tasks as it may. */
export class TooManyTasksError extends ProtocolError {
  constructor() {
    super(-32000, 'Too many tasks are being kept. Wait until the time of one of them is over');
  }
}

/** A connection that has no tasks asks for a tool that cannot do without. */
export class TasksUnsupportedError extends ProtocolError {
  constructor(tool: string) {
    super(
      // The code that revision 2025-11-25 gives a tool whose task support is required and which is called plainly.
      ProtocolErrorCode.MethodNotFound,
      `The tool ${tool} runs only as a task. Call it over HTTP by revision 2026-07-28 with ${TASKS_EXTENSION}`,
    );
  }
}
