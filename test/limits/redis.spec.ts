import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { hasRedisServer, type RedisServer, startRedis } from '../../src/storage/testing/redis.server.js';
import { MODERN_META, send } from '../support/raw.js';
import { type Stack, startStack } from '../support/stack.js';
import { from, type LimitedApp, startLimited } from './limited.app.js';
import { LimitedTools } from './tools.js';

const SHARED = 'redis://127.0.0.1:6379';

async function isThere(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 500 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    process.stderr.write(`SKIPPED: no Redis at ${url}, so nothing here shows what nodes share\n`);
    return false;
  } finally {
    client.disconnect();
  }
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const modern = (method: string, params: object = {}) => ({
  body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: MODERN_META } },
  headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method, ...from('192.0.2.1') },
});
const list = (app: LimitedApp, token?: string) =>
  send(`${app.origin}/mcp`, 'POST', token, modern('tools/list'));
const greet = async (app: LimitedApp, token: string) => {
  const { headers, body } = modern('tools/call', { name: 'greet', arguments: {} });
  const answer = await send(`${app.origin}/mcp`, 'POST', token, {
    body,
    headers: { ...headers, 'Mcp-Name': 'greet' },
  });
  return answer.text;
};

async function node(url: string, prefix: string, env: Record<string, string> = {}): Promise<LimitedApp> {
  const app = await startLimited({ REDIS_URL: url, REDIS_PREFIX: prefix, ...env }, [LimitedTools]);
  closing.push(() => app.close());
  // Until it is connected, a node counts for itself.
  await expect.poll(() => app.redis.status()).toBe('ready');
  return app;
}

describe.skipIf(!(await isThere(SHARED)))('nodes that share a Redis', () => {
  const twoNodes = async (env: Record<string, string>) => {
    const prefix = `test-${randomBytes(6).toString('hex')}:`;
    const client = new Redis(SHARED);
    closing.push(async () => {
      const keys = await client.keys(`${prefix}*`);
      if (keys.length > 0) await client.del(keys);
      client.disconnect();
    });
    return { client, prefix, nodes: [await node(SHARED, prefix, env), await node(SHARED, prefix, env)] };
  };

  it('count the requests of a principal together', async () => {
    const { nodes } = await twoNodes({ LIMIT_REQUESTS_PER_PRINCIPAL: '4' });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) for (const app of nodes) statuses.push((await list(app, 'alice')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    for (const app of nodes) expect((await list(app, 'bob')).status).toBe(200);
  });

  it('count the requests and the refused tokens of an address together', async () => {
    const { client, prefix, nodes } = await twoNodes({ LIMIT_REQUESTS_PER_ADDRESS: '4' });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) for (const app of nodes) statuses.push((await list(app)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    for (const app of nodes) expect((await list(app, 'bad')).status).toBe(401);
    await expect.poll(() => client.get(`${prefix}limit:failures:192.0.2.1`)).toBe('2');
  });

  it('count the calls of a limited tool together', async () => {
    const { nodes } = await twoNodes({});
    const [one, two] = nodes;
    if (one === undefined || two === undefined) throw new Error('two nodes were asked for');
    expect(await greet(one, 'alice')).toContain('Hello');
    expect(await greet(two, 'alice')).toContain('Hello');
    for (const app of nodes) expect(await greet(app, 'alice')).toContain('Too many calls of greet');
  });

  it('write keys that end by themselves, and none that tells who somebody is or what their token was', async () => {
    const { client, prefix, nodes } = await twoNodes({});
    for (const app of nodes) {
      await list(app);
      await list(app, 'alice');
      await list(app, 'bad-secret-token');
      await greet(app, 'alice');
    }
    await expect.poll(async () => (await client.keys(`${prefix}limit:failures:*`)).length).toBe(1);
    const keys = await client.keys(`${prefix}*`);
    expect(keys.map((key) => key.slice(prefix.length).replace(/:[\w-]{22}$/, ':#')).toSorted()).toEqual([
      'limit:address:192.0.2.1',
      'limit:call:greet:#',
      'limit:failures:192.0.2.1',
      'limit:principal:#',
    ]);
    for (const key of keys) {
      const ttl = await client.ttl(key);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(60);
      expect(key).not.toMatch(/alice|agent|issuer|secret/);
    }
  });
});

describe.skipIf(!hasRedisServer())('a node whose Redis', () => {
  const withRedis = async (env: Record<string, string> = {}) => {
    const redis = await startRedis();
    closing.push(() => redis.close());
    return { redis, app: await node(redis.url, 'test:', env) };
  };
  const timed = async (app: LimitedApp, token: string) => {
    const start = performance.now();
    const { status } = await list(app, token);
    return { status, ms: performance.now() - start };
  };

  const FAULTS: readonly (readonly [
    string,
    (redis: RedisServer) => unknown,
    (redis: RedisServer) => unknown,
  ])[] = [
    ['is killed', (redis) => redis.kill(), (redis) => redis.restart()],
    ['hangs', (redis) => redis.freeze(), (redis) => redis.thaw()],
    [
      'is read-only',
      (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
      (redis) => redis.command('REPLICAOF', 'NO', 'ONE'),
    ],
    [
      'is full',
      (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
      (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
    ],
  ];

  it.each(FAULTS)(
    '[row 130] %s answers within 1 s, goes on limiting, and comes back',
    async (_name, hurt, heal) => {
      const { redis, app } = await withRedis({ LIMIT_REQUESTS_PER_PRINCIPAL: '5' });
      expect((await list(app, 'alice')).status).toBe(200);
      await hurt(redis);
      const answers = [];
      for (let n = 0; n < 10; n += 1) answers.push(await timed(app, 'mallory'));
      expect(answers.map(({ status }) => status)).toEqual([...Array(5).fill(200), ...Array(5).fill(429)]);
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1_000);
      // Only who comes first has to find out.
      expect(Math.max(...answers.slice(1).map(({ ms }) => ms))).toBeLessThan(300);
      await heal(redis);
      await expect.poll(() => app.redis.client?.status, { timeout: 5_000 }).toBe('ready');
      await list(app, 'carol');
      const keys = await redis.command('KEYS', 'test:limit:principal:*');
      expect(keys).not.toEqual([]);
    },
  );

  it('hangs keeps no place for tokens whose clients did not wait', async () => {
    const { redis, app } = await withRedis({ LIMIT_IN_FLIGHT: '20', LIMIT_FAILURES_PER_ADDRESS: '1000' });
    redis.freeze();
    // More than one address, and all of them, have places.
    const impatient = Array.from({ length: 40 }, (_, n) => {
      const headers = { Authorization: `Bearer user${n}`, ...from(`192.0.2.${n % 2}`) };
      return fetch(`${app.origin}/mcp`, { headers, signal: AbortSignal.timeout(100) }).catch(() => undefined);
    });
    await Promise.all(impatient);
    await expect.poll(() => app.redis.status()).toBe('unreachable');
    // Longer than a command is waited for: by now the count in memory has let all of them on.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const patient = Array.from({ length: 10 }, (_, n) => list(app, `patient${n}`));
    expect((await Promise.all(patient)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    redis.thaw();
  });

  it('[row 130] forgets everything (FLUSHALL) begins to count anew', async () => {
    const { redis, app } = await withRedis({ LIMIT_REQUESTS_PER_PRINCIPAL: '2' });
    for (let n = 0; n < 2; n += 1) expect((await list(app, 'alice')).status).toBe(200);
    await redis.command('FLUSHALL');
    await redis.command('SCRIPT', 'FLUSH');
    expect((await list(app, 'alice')).status).toBe(200);
  });

  it('is not there at the start starts all the same, and uses it when it comes', async () => {
    const redis = await startRedis();
    closing.push(() => redis.close());
    await redis.kill();
    const app = await startLimited({ REDIS_URL: redis.url, LIMIT_REQUESTS_PER_PRINCIPAL: '1' });
    closing.push(() => app.close());
    expect((await list(app, 'alice')).status).toBe(200);
    expect((await list(app, 'alice')).status).toBe(429);
    await redis.restart();
    await expect.poll(() => app.redis.status(), { timeout: 5_000 }).toBe('ready');
    await list(app, 'bob');
    expect(await redis.command('KEYS', 'mcp:limit:principal:*')).toHaveLength(1);
  });

  it('[row 130] is lost is degraded, and stays in traffic', async () => {
    const redis = await startRedis();
    closing.push(() => redis.close());
    const stack: Stack = await startStack({ env: { REDIS_URL: redis.url } });
    closing.push(() => stack.close());
    const ready = async () => {
      const { status, text } = await send(`${stack.origin}/health/ready`, 'GET', undefined);
      return { status, redis: JSON.parse(text).details.redis };
    };
    await expect.poll(ready).toEqual({ status: 200, redis: { status: 'up' } });
    await redis.kill();
    await expect.poll(ready).toEqual({
      status: 200,
      redis: { status: 'degraded', message: 'Redis cannot be reached; each node counts for itself' },
    });
    const live = await send(`${stack.origin}/health/live`, 'GET', undefined);
    expect(live.status).toBe(200);
    await redis.restart();
    await expect.poll(ready, { timeout: 5_000 }).toEqual({ status: 200, redis: { status: 'up' } });
  });
});

describe('a server without REDIS_URL', () => {
  it('says nothing of Redis in its health', async () => {
    const stack = await startStack();
    closing.push(() => stack.close());
    const { text } = await send(`${stack.origin}/health/ready`, 'GET', undefined);
    expect(JSON.parse(text).details).not.toHaveProperty('redis');
  });
});
