import { randomBytes } from 'node:crypto';
import type { CallToolResult, InputRequest } from '@modelcontextprotocol/server';
import { ToolError } from '../mcp.errors.js';
import { ownerOf, type Principal, type User, userOf } from '../principal.js';
import { type ReadAnswer, TaskQuestions } from './task.questions.js';
import {
  type CreateTaskResult,
  type DetailedTask,
  POLL_INTERVAL_MS,
  type TaskError,
  type TaskHandle,
  type TaskStatus,
} from './task.wire.js';

type Outcome =
  | { readonly status: 'completed'; readonly result: CallToolResult }
  | { readonly status: 'failed'; readonly error: TaskError }
  | { readonly status: 'cancelled' };

/** One call that goes on after it was answered. It belongs to the principal that made it; its end is final. */
export class Task {
  /** 32 random bytes: whoever is not told a task cannot find it. */
  readonly id = randomBytes(32).toString('base64url');
  readonly owner: string;
  private readonly user: string;
  private readonly createdAt = new Date();
  private updatedAt = this.createdAt;
  private message: string | undefined;
  private outcome: Outcome | undefined;
  private readonly questions = new TaskQuestions();
  private readonly controller = new AbortController();

  constructor(
    readonly tool: string,
    principal: Principal,
    private readonly ttlMs: number,
  ) {
    this.owner = ownerOf(principal);
    this.user = userOf(principal);
  }

  /** Aborts when the task is cancelled, its time is over, or the server stops. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get status(): TaskStatus {
    return this.outcome?.status ?? (this.questions.waiting ? 'input_required' : 'working');
  }

  isOwnedBy(principal: Principal): boolean {
    return this.owner === ownerOf(principal);
  }

  belongsTo(user: User): boolean {
    return this.user === userOf(user);
  }

  /** Waits until the client answers by `tasks/update`. */
  async ask<Answer>(key: string, request: InputRequest, read: ReadAnswer<Answer>): Promise<Answer> {
    this.signal.throwIfAborted();
    const answer = this.questions.ask(key, request, read);
    this.touch();
    return answer;
  }

  /** @throws {ProtocolError} -32602 when a response does not answer its question */
  async answer(responses: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.outcome === undefined && (await this.questions.answer(responses))) this.touch();
  }

  /** Says how far the work is. */
  describe(message: string): void {
    if (this.outcome !== undefined) return;
    this.message = message;
    this.touch();
  }

  complete(result: CallToolResult): void {
    this.end({ status: 'completed', result });
  }

  fail(error: TaskError): void {
    this.end({ status: 'failed', error }, error.message);
  }

  cancel(reason = 'The task was cancelled'): void {
    this.end({ status: 'cancelled' }, reason);
  }

  handle(): TaskHandle {
    return {
      taskId: this.id,
      status: this.status,
      ...(this.message !== undefined && { statusMessage: this.message }),
      createdAt: this.createdAt.toISOString(),
      lastUpdatedAt: this.updatedAt.toISOString(),
      ttlMs: this.ttlMs,
      pollIntervalMs: POLL_INTERVAL_MS,
    };
  }

  created(): CreateTaskResult {
    return { resultType: 'task', content: [], ...this.handle() };
  }

  detail(): DetailedTask {
    const handle = this.handle();
    if (handle.status === 'input_required') return { ...handle, inputRequests: this.questions.requests() };
    if (this.outcome === undefined) return handle;
    const { status: _status, ...payload } = this.outcome;
    return { ...handle, ...payload };
  }

  /** Whatever comes after the end, a late result or a second cancellation, changes nothing. */
  private end(outcome: Outcome, message?: string): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.message = message;
    this.touch();
    const reason = new ToolError(message ?? 'The task is over');
    this.questions.abandon(reason);
    this.controller.abort(reason);
  }

  private touch(): void {
    this.updatedAt = new Date();
  }
}
