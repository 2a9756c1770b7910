import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { LogtoModule } from '../logto/index.js';
import { HealthController } from './health.controller.js';
import { LogtoHealth } from './logto.health.js';

@Module({
  // A probe that fails every few seconds is not news each time; what broke has been logged where it broke.
  imports: [TerminusModule.forRoot({ logger: false }), LogtoModule],
  controllers: [HealthController],
  providers: [LogtoHealth],
})
export class HealthModule {}
