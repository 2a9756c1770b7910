import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Answer,
  configFor,
  DISCOVERY,
  discoveryDocument,
  flood,
  hang,
  html,
  json,
  LogtoDouble,
  redirect,
} from '../testing/logto.double.js';
import { LogtoDiscovery } from './logto.discovery.js';

describe('discovery', () => {
  let logto: LogtoDouble;
  let discovery: LogtoDiscovery;
  const create = (options: Parameters<typeof configFor>[1] = {}) =>
    (discovery = new LogtoDiscovery(configFor(logto.origin, { timeoutMs: 1000, ...options })));

  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    logto = await LogtoDouble.start();
  });
  afterEach(async () => {
    discovery.onApplicationShutdown();
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('knows a healthy Logto when the start is over', async () => {
    logto.discovery();
    await create().onModuleInit();
    expect(discovery.metadata().issuer).toBe(`${logto.origin}/oidc`);
    expect(discovery.status()).toEqual({ known: true, stale: false });
  });

  it('believes the public issuer when asked through a back channel of another name', async () => {
    logto.on(
      DISCOVERY,
      json(200, discoveryDocument(logto.origin, { issuer: 'https://auth.example.com/oidc' })),
    );
    discovery = new LogtoDiscovery(
      configFor('https://auth.example.com', { internalEndpoint: logto.origin, timeoutMs: 1000 }),
    );
    await discovery.onModuleInit();
    expect(discovery.metadata()).toMatchObject({
      issuer: 'https://auth.example.com/oidc',
      backChannel: { jwks: `${logto.origin}/oidc/jwks` },
      raw: { token_endpoint: 'https://auth.example.com/oidc/token' },
    });
  });

  const faults: readonly (readonly [string, () => Answer, string])[] = [
    ['hangs', () => hang, 'timeout'],
    ['answers HTML', () => html(), 'not_json'],
    ['answers 500', () => json(500, {}), 'server_error'],
    ['answers 429', () => json(429, {}), 'rate_limited'],
    ['answers 404', () => json(404, {}), 'unexpected_answer'],
    ['redirects', () => redirect('http://127.0.0.1:9/'), 'redirect'],
    ['sends 400 MB', () => flood().answer, 'too_large'],
    [
      'names another issuer',
      () => json(200, discoveryDocument(logto.origin, { issuer: 'x' })),
      'issuer_mismatch',
    ],
    [
      'adds a slash to its issuer',
      () => json(200, discoveryDocument(logto.origin, { issuer: `${logto.origin}/oidc/` })),
      'issuer_mismatch',
    ],
    [
      'keeps its keys elsewhere',
      () => json(200, discoveryDocument(logto.origin, { jwks_uri: 'http://169.254.169.254/jwks' })),
      'foreign_endpoint',
    ],
  ];

  it.each(faults)(
    '[row 96] [row 97] [row 99] [row 100] starts all the same when Logto %s, and says why it is not ready',
    async (_c, answer, why) => {
      logto.on(DISCOVERY, answer());
      const start = performance.now();
      await create({ timeoutMs: 2000 }).onModuleInit();
      // The start waits for a second; a Logto that hangs may answer later.
      expect(performance.now() - start).toBeLessThan(1800);
      expect(() => discovery.metadata()).toThrow(expect.objectContaining({ code: 'logto_unavailable' }));
      await vi.waitFor(
        () => expect(discovery.status()).toEqual({ known: false, stale: false, lastError: why }),
        3000,
      );
    },
  );

  it.each(faults)(
    '[row 96] [row 97] [row 99] [row 100] keeps the last good answer when Logto later %s',
    async (_case, answer, lastError) => {
      logto.discovery();
      await create().onModuleInit();
      const good = discovery.metadata();
      logto.on(DISCOVERY, answer());
      await expect(discovery.refresh()).rejects.toMatchObject({ reason: lastError });
      expect(discovery.metadata()).toBe(good);
      expect(discovery.status()).toEqual({ known: true, stale: true, lastError });
    },
  );

  it('finds a Logto that comes up after the start', async () => {
    const { port } = logto;
    await logto.stop();
    await create().onModuleInit();
    expect(discovery.status()).toEqual({ known: false, stale: false, lastError: 'network' });
    logto = await LogtoDouble.start(port);
    logto.discovery();
    await discovery.whenKnown();
    expect(discovery.status()).toEqual({ known: true, stale: false });
  });

  it('reads the metadata again in the background', async () => {
    logto.discovery();
    await create({ refreshSeconds: 0.05 }).onModuleInit();
    logto.discovery({ service_documentation: 'https://docs.example.com' });
    await vi.waitFor(() =>
      expect(discovery.metadata().raw).toHaveProperty('service_documentation', 'https://docs.example.com'),
    );
  });

  it('asks once for all who refresh at the same time', async () => {
    logto.discovery();
    create();
    await Promise.all(Array.from({ length: 50 }, () => discovery.refresh()));
    expect(logto.hits(DISCOVERY)).toBe(1);
  });

  it('warns once about a Logto that stays away', async () => {
    logto.on(DISCOVERY, html());
    create();
    for (let round = 0; round < 20; round += 1) await discovery.refresh().catch(() => undefined);
    expect(vi.mocked(Logger.prototype.warn).mock.calls).toEqual([
      [{ event: 'logto.discovery_failed', reason: 'not_json' }],
    ]);
  });
});
