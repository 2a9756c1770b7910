import { generateKeyPairSync } from 'node:crypto';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigModule } from '../config/index.js';
import {
  ConsentedClaims,
  IntrospectionClient,
  LogtoDiscovery,
  LogtoKeys,
  LogtoModule,
  ManagementClient,
  UserinfoClient,
} from './index.js';
import { configFor, DISCOVERY, hang, json, LogtoDouble } from './testing/logto.double.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'one' };

describe('the Logto module', () => {
  let logto: LogtoDouble;
  let app: INestApplicationContext | undefined;
  const boot = async () => {
    const module = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(configFor(logto.origin)), LogtoModule],
    }).compile();
    app = await module.init();
    return app;
  };

  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    logto = await LogtoDouble.start();
    logto.discovery().on('/oidc/jwks', json(200, { keys: [KEY] }));
  });
  afterEach(async () => {
    await app?.close();
    await logto.stop();
    vi.restoreAllMocks();
  });

  it('offers its whole face, ready at once beside a healthy Logto', async () => {
    const started = await boot();
    for (const provider of [UserinfoClient, IntrospectionClient, ManagementClient, ConsentedClaims]) {
      expect(started.get(provider)).toBeInstanceOf(provider);
    }
    expect(started.get(LogtoDiscovery).status()).toEqual({ known: true, stale: false });
    expect(started.get(LogtoKeys).status()).toEqual({ known: true, stale: false });
  });

  it('boots beside a Logto that hangs, within two seconds, and closes at once', async () => {
    logto.on(DISCOVERY, hang);
    const start = performance.now();
    const started = await boot();
    expect(started.get(LogtoKeys).status()).toEqual({ known: false, stale: false });
    await started.close();
    app = undefined;
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('boots without Logto and is ready within five seconds of its return', async () => {
    const { port } = logto;
    await logto.stop();
    const started = await boot();
    expect(started.get(LogtoDiscovery).status()).toMatchObject({ known: false, lastError: 'network' });
    logto = await LogtoDouble.start(port);
    logto.discovery().on('/oidc/jwks', json(200, { keys: [KEY] }));
    const keys = started.get(LogtoKeys);
    await vi.waitFor(() => expect(keys.status().known).toBe(true), { timeout: 5000, interval: 20 });
  });
});
