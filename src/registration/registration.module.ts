import { type DynamicModule, Module } from '@nestjs/common';
import type { RegistrationConfig } from '../config/index.js';
import { LimitsModule } from '../limits/index.js';
import { LogtoModule } from '../logto/index.js';
import { ClientRegistrar } from './client.registrar.js';
import { RegistrationController } from './http/registration.controller.js';
import { ServerMetadataController } from './http/server.metadata.controller.js';
import { RegistrationLimits } from './registration.limits.js';
import { RegistrationOptions } from './registration.options.js';
import { UnusedSweep } from './unused.sweep.js';

/** Lets agents register themselves. Not imported where registration is off: then nothing of it is there. */
@Module({})
export class RegistrationModule {
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
      controllers: [RegistrationController, ServerMetadataController],
      providers: [
        { provide: RegistrationOptions, useValue: registration },
        RegistrationLimits,
        ClientRegistrar,
        UnusedSweep,
      ],
    };
  }
}
