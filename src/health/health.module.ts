import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EdgeModule } from '../edge/index.js';
import { LogtoModule } from '../logto/index.js';
import { StorageModule } from '../storage/index.js';
import { EventLoopDelay } from './event.loop.delay.js';
import { HealthController } from './health.controller.js';
import { LogtoHealth } from './logto.health.js';
import { ServerHealth } from './server.health.js';
import { StorageHealth } from './storage.health.js';

@Module({
  // A probe that fails every few seconds is not news each time; what broke has been logged where it broke.
  imports: [TerminusModule.forRoot({ logger: false }), EdgeModule, LogtoModule, StorageModule],
  controllers: [HealthController],
  providers: [EventLoopDelay, ServerHealth, LogtoHealth, StorageHealth],
})
export class HealthModule {}
