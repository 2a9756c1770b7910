import { type DynamicModule, Module, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RegistrationConfig } from '../config/index.js';
import { LimitsModule } from '../limits/index.js';
import { LogtoModule } from '../logto/index.js';
import { ClientRegistrar } from './client.registrar.js';
import { RegistrationController } from './http/registration.controller.js';
import { ServerMetadata } from './http/server.metadata.js';
import { RegistrationLimits } from './registration.limits.js';
import { RegistrationOptions } from './registration.options.js';
import { UnusedSweep } from './unused.sweep.js';

/** Lets agents register themselves. Not imported where registration is off: then nothing of it is there. */
@Module({})
export class RegistrationModule implements NestModule {
  constructor(
    private readonly serverMetadata: ServerMetadata,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** @param imports the module that knows the protected resources */
  static forRoot({
    imports,
    registration,
  }: {
    readonly imports: readonly DynamicModule[];
    readonly registration: RegistrationConfig;
  }): DynamicModule {
    return {
      module: RegistrationModule,
      imports: [...imports, LogtoModule, LimitsModule],
      controllers: [RegistrationController],
      providers: [
        { provide: RegistrationOptions, useValue: registration },
        RegistrationLimits,
        ClientRegistrar,
        ServerMetadata,
        UnusedSweep,
      ],
    };
  }
  /** Outside every guard and limit: an edge asks for it on behalf of all clients, with one address. */
  configure(): void {
    this.adapterHost.httpAdapter.use(this.serverMetadata.router());
  }
}
