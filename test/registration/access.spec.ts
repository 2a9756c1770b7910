import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config/index.js';
import { RedisConnection } from '../../src/storage/index.js';
import { AGENT, type Bridge, OPEN, registeredApps, startBridge } from './bridge.js';

const TOKEN = 'an-initial-access-token-of-the-tests';
const METADATA = '/.well-known/oauth-authorization-server/oidc';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function bridgeWith(env: Environment): Promise<Bridge> {
  const bridge = await startBridge({ env });
  closing.push(() => bridge.close());
  return bridge;
}

const statusesOf = async (bridge: Bridge, times: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await bridge.register(AGENT)).status);
  return statuses;
};

const from = (address: string) => ({ 'x-forwarded-for': address });
const statusesFrom = async (bridge: Bridge, addresses: readonly string[]): Promise<number[]> => {
  const statuses: number[] = [];
  for (const address of addresses) statuses.push((await bridge.register(AGENT, from(address))).status);
  return statuses;
};

describe('[row 115] where registration is off', () => {
  it('there is no endpoint, and nobody is told of one', async () => {
    const bridge = await bridgeWith({});
    await bridge.restart({});
    for (const [method, path] of [
      ['POST', '/register'],
      ['GET', '/register/some-client'],
      ['GET', METADATA],
    ] as const) {
      const response = await fetch(bridge.origin + path, { method });
      expect([response.status, await response.json()]).toEqual([
        404,
        { error: 'not_found', error_description: 'There is nothing here' },
      ]);
    }
    const { endpoint, issuer } = bridge.tenant;
    expect((await fetch(endpoint + METADATA)).status).toBe(404);
    for (const place of ['openid-configuration', 'oauth-authorization-server']) {
      const metadata: unknown = await (await fetch(`${issuer}/.well-known/${place}`)).json();
      expect(metadata).not.toHaveProperty('registration_endpoint');
    }
  });
});

describe('the metadata with a registration endpoint', () => {
  it('are those of Logto with a registration endpoint and the scopes to ask for, for everybody', async () => {
    const bridge = await bridgeWith({});
    const { endpoint, issuer } = bridge.tenant;
    const own: unknown = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(own).toMatchObject({ issuer });
    for (const origin of [endpoint, bridge.origin]) {
      const response = await fetch(origin + METADATA, { headers: { origin: 'https://agent.example' } });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toEqual({
        ...Object(own),
        scopes_supported: ['openid', 'offline_access', 'profile', 'email'],
        registration_endpoint: `${endpoint}/register`,
      });
    }
  });

  it('cannot be had while nothing is known of Logto, and say when to come back', async () => {
    const bridge = await startBridge({ logto: 'http://localhost:9' });
    closing.push(() => bridge.close());
    const response = await fetch(bridge.origin + METADATA);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });
});

describe('where registration needs a token', () => {
  it('who shows it registers, and nobody else does', async () => {
    const bridge = await bridgeWith({ REGISTRATION: 'token', REGISTRATION_TOKEN: TOKEN });
    const statusWith = async (authorization?: string) =>
      (await bridge.register(AGENT, authorization === undefined ? {} : { authorization })).status;
    expect(await statusWith()).toBe(401);
    for (const wrong of [
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      'Bearer ',
    ]) {
      expect(await statusWith(wrong)).toBe(401);
    }
    const inQuery = await fetch(`${bridge.origin}/register?access_token=${TOKEN}`, { method: 'POST' });
    expect(inQuery.status).toBe(401);
    expect(await registeredApps(bridge)).toEqual([]);
    expect(await statusWith(`Bearer ${TOKEN}`)).toBe(201);
    expect(await registeredApps(bridge)).toHaveLength(1);
  });

  it('a wrong one gets a challenge that leads to no sign-in', async () => {
    const bridge = await bridgeWith({ REGISTRATION: 'token', REGISTRATION_TOKEN: TOKEN });
    const wrong = await bridge.register(AGENT, { authorization: 'Bearer wrong' });
    expect(wrong.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="registration", error="invalid_token"/,
    );
    const none = await bridge.register(AGENT);
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="registration"');
  });
});

describe('[row 112] registrations in bulk', () => {
  it('of one address are refused with 429, until the hour is over', async () => {
    const bridge = await bridgeWith({ REGISTRATION_PER_ADDRESS: '3' });
    expect(await statusesOf(bridge, 4)).toEqual([201, 201, 201, 429]);
    const refused = await bridge.register(AGENT);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(await refused.json()).toMatchObject({ error: 'too_many_requests' });
    expect(await registeredApps(bridge)).toHaveLength(3);
  });

  it('count for an address when they are refused, and for the day only when an app is made', async () => {
    const bridge = await bridgeWith({ REGISTRATION_PER_ADDRESS: '3', REGISTRATION_PER_DAY: '1' });
    const bad = { ...AGENT, redirect_uris: [] };
    expect((await bridge.register(bad)).status).toBe(400);
    expect((await bridge.register(bad)).status).toBe(400);
    expect(await statusesOf(bridge, 2)).toEqual([201, 429]);
  });

  it('of everybody together are refused with 503, until the day is over', async () => {
    const bridge = await bridgeWith({ REGISTRATION_PER_DAY: '2', TRUST_PROXY: 'loopback' });
    const addresses = ['192.0.2.1', '198.51.100.1', '203.0.113.1'];
    expect(await statusesFrom(bridge, addresses)).toEqual([201, 201, 503]);
    const refused = await bridge.register(AGENT, from('10.9.8.7'));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(80_000);
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(await registeredApps(bridge)).toHaveLength(2);
  });

  it('of one address leave the rest of the day to others, however often it comes back', async () => {
    const bridge = await bridgeWith({ REGISTRATION_PER_DAY: '40', TRUST_PROXY: 'loopback' });
    const flood = await statusesFrom(
      bridge,
      Array.from({ length: 40 }, () => '203.0.113.1'),
    );
    expect(flood.filter((status) => status === 201)).toHaveLength(4);
    const refused = await bridge.register(AGENT, from('203.0.113.1'));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(80_000);
    expect(await refused.json()).toMatchObject({
      error: 'too_many_requests',
      error_description: expect.stringMatching(/^Too many registrations from this address today/),
    });
    expect(await statusesFrom(bridge, ['198.51.100.7', '203.0.113.2'])).toEqual([201, 201]);
  });

  it('of 20 addresses leave others room for the rest of the day', async () => {
    const bridge = await bridgeWith({ REGISTRATION_PER_DAY: '40', TRUST_PROXY: 'loopback' });
    const addresses = Array.from({ length: 20 }, (_, n) => `198.51.${n}.1`);
    for (let round = 0; round < 4; round += 1) await statusesFrom(bridge, addresses);
    expect(await statusesFrom(bridge, ['203.0.113.1', '192.0.2.1', '2001:db8::1'])).toEqual([201, 201, 201]);
  });

  it.each([
    ['/48 of IPv6', (n: number) => `2001:db8:1:${n.toString(16)}::1`],
    ['/24 of IPv4', (n: number) => `203.0.113.${n}`],
  ])('of the addresses of one %s count together', async (_network, addressOf) => {
    const bridge = await bridgeWith({ REGISTRATION_PER_DAY: '40', TRUST_PROXY: 'loopback' });
    const flood = await statusesFrom(
      bridge,
      Array.from({ length: 30 }, (_, n) => addressOf(n + 1)),
    );
    expect(flood.filter((status) => status === 201)).toHaveLength(7);
    expect(flood.filter((status) => status === 429)).toHaveLength(23);
    expect(await statusesFrom(bridge, ['2001:db8:2::1', '198.51.100.1'])).toEqual([201, 201]);
  });
});

const SHARED = 'redis://127.0.0.1:6379';

async function hasRedis(): Promise<boolean> {
  const client = new Redis(SHARED, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 500 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    process.stderr.write(`SKIPPED: no Redis at ${SHARED}, so nothing here shows what nodes share\n`);
    return false;
  } finally {
    client.disconnect();
  }
}

describe.skipIf(!(await hasRedis()))('[row 112] nodes that share a Redis', () => {
  it('count registrations together', async () => {
    const prefix = `test-${randomBytes(6).toString('hex')}:`;
    const client = new Redis(SHARED);
    closing.push(async () => {
      const keys = await client.keys(`${prefix}*`);
      if (keys.length > 0) await client.del(keys);
      client.disconnect();
    });
    const env = { ...OPEN, REGISTRATION_PER_ADDRESS: '2', REDIS_URL: SHARED, REDIS_PREFIX: prefix };
    const [one, other] = [await bridgeWith(env), await bridgeWith(env)];
    // Until it is connected, a node counts for itself.
    for (const { app } of [one, other]) {
      await expect.poll(() => app.get(RedisConnection, { strict: false }).status()).toBe('ready');
    }
    const statuses = [one, other, one, other].map(
      (bridge) => async () => (await bridge.register(AGENT)).status,
    );
    const seen: number[] = [];
    for (const register of statuses) seen.push(await register());
    expect(seen).toEqual([201, 201, 429, 429]);
  });
});
