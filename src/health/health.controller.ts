import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { Public } from '../auth/index.js';
import { LogtoHealth } from './logto.health.js';
import { ServerHealth } from './server.health.js';
import { StorageHealth } from './storage.health.js';

/** For orchestrators: live restarts a process, ready decides whether it gets traffic. */
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly logto: LogtoHealth,
    private readonly server: ServerHealth,
    private readonly storage: StorageHealth,
  ) {}

  /** Depends on nothing: restarting us does not bring Logto back. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.server.check(), () => this.logto.check(), ...this.storage.checks()]);
  }
}
