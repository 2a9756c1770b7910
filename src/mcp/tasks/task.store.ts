import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { McpOptions } from '../mcp.options.js';
import type { Principal, User } from '../principal.js';
import { PrincipalSlots } from '../principal.slots.js';
import { Task } from './task.js';
import { TaskNotFoundError, TooManyTasksError } from './task.errors.js';

// setTimeout counts in 32 bits; a longer delay would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Kept {
  readonly task: Task;
  readonly timer: NodeJS.Timeout;
  readonly leave: () => void;
}

/** Keeps every task for its time, finished or not, and hands one out only to its owner. */
@Injectable()
export class TaskStore implements BeforeApplicationShutdown {
  private readonly log = new Logger(TaskStore.name);
  private readonly tasks = new Map<string, Kept>();
  private readonly slots = new PrincipalSlots();

  constructor(private readonly options: McpOptions) {}

  beforeApplicationShutdown(): void {
    for (const { task } of this.tasks.values()) this.drop(task, 'The server is shutting down');
  }

  get size(): number {
    return this.tasks.size;
  }

  hasRoomFor(principal: Principal): boolean {
    const { tasks } = this.options;
    return this.tasks.size < tasks.max && this.slots.reachedCap(principal, tasks) === undefined;
  }

  /** @throws {TooManyTasksError} */
  create(tool: string, principal: Principal): Task {
    if (!this.hasRoomFor(principal)) throw new TooManyTasksError();
    const ttlMs = Math.min(this.options.tasks.ttlMs, LONGEST_TIMER_MS);
    const task = new Task(tool, principal, ttlMs);
    const timer = setTimeout(() => this.drop(task, 'The time of the task is over'), ttlMs).unref();
    this.tasks.set(task.id, { task, timer, leave: this.slots.take(principal) });
    return task;
  }

  /** @throws {TaskNotFoundError} alike for an unknown task, one whose time is over, and somebody else's */
  take(id: string, principal: Principal): Task {
    const task = this.tasks.get(id)?.task;
    if (task === undefined) throw new TaskNotFoundError();
    if (!task.isOwnedBy(principal)) {
      const { subject, clientId } = principal;
      this.log.warn({ event: 'task.foreign', tool: task.tool, subject, client: clientId });
      throw new TaskNotFoundError();
    }
    return task;
  }

  /** Ends every task of a user, through whatever client. */
  evict(user: User): void {
    for (const { task } of this.tasks.values()) {
      if (task.belongsTo(user)) this.drop(task, 'The access of the user has ended');
    }
  }

  private drop(task: Task, reason: string): void {
    const kept = this.tasks.get(task.id);
    clearTimeout(kept?.timer);
    kept?.leave();
    this.tasks.delete(task.id);
    task.cancel(reason);
  }
}
