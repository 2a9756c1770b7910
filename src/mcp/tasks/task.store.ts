import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { McpOptions } from '../mcp.options.js';
import { ownerOf, type Principal, type User } from '../principal.js';
import { Task } from './task.js';
import { TaskNotFoundError, TooManyTasksError } from './task.errors.js';

// setTimeout counts in 32 bits; a longer delay would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Kept {
  readonly task: Task;
  readonly timer: NodeJS.Timeout;
}

/** Keeps every task for its time, finished or not, and hands one out only to its owner. */
@Injectable()
export class TaskStore implements BeforeApplicationShutdown {
  private readonly log = new Logger(TaskStore.name);
  private readonly tasks = new Map<string, Kept>();
  private readonly countByOwner = new Map<string, number>();

  constructor(private readonly options: McpOptions) {}

  beforeApplicationShutdown(): void {
    for (const { task } of this.tasks.values()) this.drop(task, 'The server is shutting down');
  }

  get size(): number {
    return this.tasks.size;
  }

  hasRoomFor(principal: Principal): boolean {
    const { max, maxPerPrincipal } = this.options.tasks;
    return this.tasks.size < max && (this.countByOwner.get(ownerOf(principal)) ?? 0) < maxPerPrincipal;
  }

  /** @throws {TooManyTasksError} */
  create(tool: string, principal: Principal): Task {
    if (!this.hasRoomFor(principal)) throw new TooManyTasksError();
    const ttlMs = Math.min(this.options.tasks.ttlMs, LONGEST_TIMER_MS);
    const task = new Task(tool, principal, ttlMs);
    const timer = setTimeout(() => this.drop(task, 'The time of the task is over'), ttlMs).unref();
    this.tasks.set(task.id, { task, timer });
    this.countByOwner.set(task.owner, (this.countByOwner.get(task.owner) ?? 0) + 1);
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
    clearTimeout(this.tasks.get(task.id)?.timer);
    this.tasks.delete(task.id);
    const left = (this.countByOwner.get(task.owner) ?? 1) - 1;
    if (left === 0) this.countByOwner.delete(task.owner);
    else this.countByOwner.set(task.owner, left);
    task.cancel(reason);
  }
}
