import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AnswerRegistry, answersUnavailable } from '../mcp/index.js';

const log = new Logger('Answers');

/**
 * Answers used on any node. Without Redis no answer is acted upon: another node may have acted on it already. A mark
 * whose confirmation is lost counts as used, so that an answer acts at most once.
 */
export class RedisAnswerRegistry extends AnswerRegistry {
  constructor(private readonly redis: Redis) {
    super();
  }

  async use(id: string, _owner: string, seconds: number): Promise<boolean> {
    try {
      return (await this.redis.set(`answer:${id}`, '1', 'EX', seconds, 'NX')) === 'OK';
    } catch (error) {
      log.warn({ event: 'answers.unavailable', error: String(error) });
      throw answersUnavailable();
    }
  }
}
