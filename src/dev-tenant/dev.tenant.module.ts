import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DevTenant, startDevTenant } from './dev.tenant.js';
import type { DevTenantOptions } from './dev.tenant.options.js';

const logger = new Logger('DevTenant');

/** Runs the development tenant inside a Nest application: listening before anything is initialised, closed last. */
@Module({})
export class DevTenantModule implements OnApplicationShutdown {
  constructor(@Inject(DevTenant) private readonly tenant: DevTenant) {}

  static forRoot(options: DevTenantOptions): DynamicModule {
    const useFactory = async () => {
      const tenant = await startDevTenant(options);
      const people = tenant.users.map(({ username, password }) => `${username} / ${password}`).join(', ');
      logger.log(`For development only: a tenant at ${tenant.endpoint}; sign in as ${people}`);
      return tenant;
    };
    return {
      module: DevTenantModule,
      providers: [{ provide: DevTenant, useFactory }],
      exports: [DevTenant],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tenant.close();
  }
}
