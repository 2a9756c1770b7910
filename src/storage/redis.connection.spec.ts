import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRedisServer, type RedisServer, startRedis } from './testing/redis.server.js';
import { RedisConnection } from './redis.connection.js';

const elapsed = async (task: Promise<unknown>): Promise<{ ms: number; error: unknown }> => {
  const start = performance.now();
  const error = await task.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { ms: performance.now() - start, error };
};

async function until(condition: () => boolean, withinMs: number): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > withinMs) throw new Error(`Not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - start;
}

Logger.overrideLogger(false);

describe('without REDIS_URL', () => {
  it('opens nothing and has no status', async () => {
    const connection = await RedisConnection.to(undefined);
    connection.onModuleInit();
    expect(connection.client).toBeUndefined();
    expect(connection.status()).toBeUndefined();
    await connection.onApplicationShutdown();
  });
});

describe.skipIf(!hasRedisServer())('a connection to Redis', () => {
  let server: RedisServer;
  let connection: RedisConnection;

  beforeEach(async () => {
    server = await startRedis();
    connection = await RedisConnection.to({ url: server.url, prefix: 'test:' });
    connection.onModuleInit();
  });

  afterEach(async () => {
    await connection.onApplicationShutdown();
    await server.close();
  });

  const ready = () => until(() => connection.status() === 'ready', 5_000);
  const write = () => connection.client?.set('key', 'value') ?? Promise.reject(new Error('no client'));

  it('is not waited for at the start, and begins every key with the prefix', async () => {
    expect(connection.status()).toBe('unreachable');
    await ready();
    await write();
    expect(await server.command('KEYS', '*')).toEqual(['test:key']);
  });

  it('[row 130] fails at once while Redis refuses connections, and is back within 5 s of it', async () => {
    await ready();
    await server.kill();
    await until(() => connection.status() === 'unreachable', 1_000);
    const { ms, error } = await elapsed(write());
    expect(error).toBeInstanceOf(Error);
    expect(ms).toBeLessThan(100);
    // Long enough for the pauses between attempts to have grown to their longest.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await server.restart();
    expect(await ready()).toBeLessThan(5_000);
    await write();
  });

  it('[row 130] gives up on a Redis that hangs within 1 s, lets nobody else wait, and recovers', async () => {
    await ready();
    server.freeze();
    const first = await elapsed(write());
    expect(first.error).toBeInstanceOf(Error);
    expect(first.ms).toBeLessThan(1_000);
    await until(() => connection.status() === 'unreachable', 500);
    const later = await Promise.all(Array.from({ length: 200 }, () => elapsed(write())));
    expect(later.every(({ error }) => error instanceof Error)).toBe(true);
    expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThan(200);
    server.thaw();
    expect(await ready()).toBeLessThan(5_000);
    await write();
  });

  it('[row 130] gives up on a Redis that is slow within 1 s, and recovers', async () => {
    await ready();
    const slow = server.command('DEBUG', 'SLEEP', '1.5').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { ms, error } = await elapsed(write());
    expect(error).toBeInstanceOf(Error);
    expect(ms).toBeLessThan(1_000);
    await slow;
    expect(await ready()).toBeLessThan(5_000);
    await write();
  });

  it('[row 130] passes on that Redis has become read-only, says so, and follows the primary', async () => {
    await ready();
    await server.command('REPLICAOF', '127.0.0.1', '1');
    const { ms, error } = await elapsed(write());
    expect(String(error)).toContain('READONLY');
    expect(ms).toBeLessThan(1_000);
    expect(connection.status()).not.toBe('ready');
    await server.command('REPLICAOF', 'NO', 'ONE');
    await until(() => connection.client?.status === 'ready', 5_000);
    await write();
  });

  it('[row 130] reports a Redis that is full, without leaving it', async () => {
    await ready();
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    expect(String((await elapsed(write())).error)).toContain('OOM');
    expect(connection.status()).toBe('refusing');
    expect(connection.client?.status).toBe('ready');
  });

  it('[row 130] queues nothing while Redis is away', async () => {
    await ready();
    await server.kill();
    await until(() => connection.status() === 'unreachable', 1_000);
    await Promise.allSettled(Array.from({ length: 1_000 }, write));
    await server.restart();
    await ready();
    expect(await server.command('DBSIZE')).toBe(0);
  });

  it('leaves without waiting for a Redis that hangs', async () => {
    await ready();
    server.freeze();
    expect((await elapsed(connection.onApplicationShutdown())).ms).toBeLessThan(1_000);
    server.thaw();
  });
});
