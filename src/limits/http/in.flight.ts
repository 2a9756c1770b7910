import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { LimitExceededError } from '../limit.errors.js';
import { Slots } from '../slots.js';
import { whenClosed } from './when.closed.js';

const ALL = '';

/** The requests that this node is answering. Streams leave as soon as they are known to be ones. */
@Injectable()
export class InFlight {
  private readonly slots: Slots;
  private readonly leaving = new WeakMap<ServerResponse, () => void>();

  constructor({ limits }: Config) {
    this.slots = new Slots(limits.inFlight);
  }

  /** @throws {LimitExceededError} 503 */
  enter(res: ServerResponse): void {
    const leave = this.slots.take(ALL);
    if (leave === undefined) {
      const { limit } = this.slots;
      const standing = { name: 'server', limit, remaining: 0, resetSeconds: 1, exceeded: true };
      throw new LimitExceededError(503, 'The server is busy', standing);
    }
    this.leaving.set(res, leave);
    whenClosed(res, leave);
  }

  leave(res: ServerResponse): void {
    this.leaving.get(res)?.();
  }
}
