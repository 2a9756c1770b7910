import { Injectable } from '@nestjs/common';
import type { User } from '../principal.js';
import { TaskStore } from '../tasks/task.store.js';
import { TransportRegistry } from './transport.registry.js';

/**
 * Ends what a user has here beyond a request, in every era, when a host learns that its access has ended before its
 * tokens did. The answers under way are the host's, which knows whose they are.
 */
@Injectable()
export class Evictor {
  constructor(
    private readonly sessions: TransportRegistry,
    private readonly tasks: TaskStore,
  ) {}

  evict(user: User): void {
    this.sessions.evict(user);
    this.tasks.evict(user);
  }
}
