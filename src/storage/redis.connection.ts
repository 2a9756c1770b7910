import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisConfig } from '../config/index.js';
import type { RedisClientFactory } from './redis.client.js';

/** `refusing`: it is connected, but answers commands with errors (READONLY, OOM, ...). */
export type RedisStatus = 'ready' | 'refusing' | 'unreachable';

const REFUSAL_LASTS_MS = 10_000;

/**
 * The connection to the Redis that nodes share, where there is one. Nothing waits for it, neither the start nor a
 * request: whoever uses it has something to fall back on.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  /** Absent: no Redis is configured. */
  readonly client: Redis | undefined;
  private readonly log = new Logger('Redis');
  private refusedAt = -Infinity;
  private reported: RedisStatus | undefined;

  constructor(makeClient?: RedisClientFactory) {
    this.client = makeClient?.((code) => this.refused(code));
  }

  /** The library is read only where a Redis is configured: it is a tenth of all the code. */
  static async to(redis: RedisConfig | undefined): Promise<RedisConnection> {
    if (redis === undefined) return new RedisConnection();
    const { redisClient } = await import('./redis.client.js');
    return new RedisConnection((onRefusal) => redisClient(redis, onRefusal));
  }

  onModuleInit(): void {
    const { client } = this;
    if (client === undefined) return;
    client.on('ready', () => this.report('ready'));
    client.on('error', (error) => this.report('unreachable', reasonOf(error)));
    // It goes on trying, and every failure has been reported by the event.
    client.connect().catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    try {
      await this.client?.quit();
    } catch {
      // It cannot be told, and need not be.
      this.client?.disconnect();
    }
  }

  /** Undefined: no Redis is configured. */
  status(): RedisStatus | undefined {
    if (this.client === undefined) return undefined;
    if (this.client.status !== 'ready') return 'unreachable';
    return performance.now() - this.refusedAt < REFUSAL_LASTS_MS ? 'refusing' : 'ready';
  }

  private refused(code: string): void {
    const isNews = performance.now() - this.refusedAt >= REFUSAL_LASTS_MS;
    this.refusedAt = performance.now();
    if (isNews) this.log.warn({ event: 'redis.refusing', reason: code });
  }

  /** Once, not with every attempt. */
  private report(status: RedisStatus, reason?: string): void {
    if (status === this.reported) return;
    this.reported = status;
    if (status === 'ready') this.log.log({ event: 'redis.ready' });
    else this.log.warn({ event: `redis.${status}`, reason });
  }
}

/** Node joins the failures of several addresses in an error that says nothing itself. */
const reasonOf = (error: Error & { readonly code?: unknown }): string =>
  error.message === '' ? String(error.code) : error.message;
