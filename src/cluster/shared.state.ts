import type { AnswerRegistry } from '../mcp/index.js';
import type { RedisConnection } from '../storage/index.js';

/** What nodes share through Redis. Every member is absent where no Redis is configured. */
export class SharedState {
  constructor(readonly answers?: AnswerRegistry) {}

  /** The code that speaks to Redis is loaded only where there is one. */
  static async over({ client }: RedisConnection): Promise<SharedState> {
    if (client === undefined) return new SharedState();
    const { RedisAnswerRegistry } = await import('./redis.answer.registry.js');
    return new SharedState(new RedisAnswerRegistry(client));
  }
}
