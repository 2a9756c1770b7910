import type { CallToolResult, InputRequests } from '@modelcontextprotocol/server';

/**
 * The extension that lets a call answer with a handle instead of a result.
 * @see https://modelcontextprotocol.io/seps/2663-tasks-extension
 */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** How often a client may ask how a task is doing. */
export const POLL_INTERVAL_MS = 1_000;

export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** What every answer about a task carries. */
export type TaskHandle = {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
};

/** A JSON-RPC error as the failed call would have answered it. */
export interface TaskError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The answer to `tasks/get`: the handle, and what its status brings with it. */
export type DetailedTask = TaskHandle & {
  readonly inputRequests?: InputRequests;
  readonly result?: CallToolResult;
  readonly error?: TaskError;
};

/**
 * The answer to a call that became a task. The empty `content` is what the SDK makes of every result of `tools/call`;
 * it is written here so that the type says what goes out.
 */
export type CreateTaskResult = CallToolResult & TaskHandle & { readonly resultType: 'task' };
