import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DevTenant, DevTenantModule } from './index.js';

@Injectable()
class Asker implements OnModuleInit {
  status: number | undefined;

  constructor(@Inject(DevTenant) private readonly tenant: DevTenant) {}

  async onModuleInit(): Promise<void> {
    this.status = (await fetch(`${this.tenant.issuer}/jwks`)).status;
  }
}

const appOf = async (options: Parameters<typeof DevTenantModule.forRoot>[0]) => {
  const log = vi.spyOn(Logger.prototype, 'log').mockReturnValue();
  onTestFinished(() => {
    log.mockRestore();
  });
  const module = await Test.createTestingModule({
    imports: [DevTenantModule.forRoot(options)],
    providers: [Asker],
  }).compile();
  return { app: module.createNestApplication({ logger: false }), log };
};

describe('DevTenantModule', () => {
  it('listens before anybody asks, and closes with the application', async () => {
    const { app } = await appOf({});
    await app.init();
    expect(app.get(Asker).status).toBe(200);
    const { issuer } = app.get<DevTenant>(DevTenant);
    await app.close();
    await expect(fetch(`${issuer}/jwks`)).rejects.toThrow('fetch failed');
  });

  it('says once where it is, who can sign in, and that it is for development', async () => {
    const { app, log } = await appOf({});
    await app.init();
    const { endpoint } = app.get<DevTenant>(DevTenant);
    await app.close();
    const lines = log.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes('tenant'))).toEqual([
      `For development only: a tenant at ${endpoint}; sign in as alice / alice-password, bob / bob-password`,
    ]);
  });

  it('keeps a production application from starting', async () => {
    await expect(appOf({ environment: 'production' })).rejects.toMatchObject({
      code: 'dev_tenant_in_production',
    });
  });
});
