import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { Config, ConfigModule, type Environment, readConfig } from '../../src/config/index.js';
import { LimitsModule } from '../../src/limits/index.js';
import { CallLimiter, McpModule, MessageLimiter, TransportRegistry } from '../../src/mcp/index.js';
import { RedisConnection } from '../../src/storage/index.js';
import { authInfoOf } from '../support/engine.app.js';

/** Names everybody whose token does not begin with "bad", and counts whom it has looked at. */
@Injectable()
export class Doorman implements CanActivate {
  looked = 0;
  /** Answers that are over. */
  gone = 0;
  /** What the verdict waits for. */
  verdict: Promise<void> = Promise.resolve();

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const req = context.switchToHttp().getRequest<{ headers: { authorization?: string }; auth?: AuthInfo }>();
    if (context.getHandler().name === 'live') return true;
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new UnauthorizedException();
    this.looked += 1;
    const res = context.switchToHttp().getResponse<ServerResponse>();
    res.once('close', () => (this.gone += 1));
    await this.verdict;
    if (token.startsWith('bad')) throw new UnauthorizedException();
    req.auth = authInfoOf(token);
    return true;
  }
}

@Controller()
class OtherController {
  @Get('health/live')
  live() {
    return {};
  }

  @Get('other')
  other() {
    return {};
  }
}

@Module({ providers: [Doorman, { provide: APP_GUARD, useExisting: Doorman }] })
class DoorModule {}

export interface LimitedApp {
  readonly origin: string;
  readonly doorman: Doorman;
  readonly registry: TransportRegistry;
  readonly redis: RedisConnection;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/** The engine behind its limits, in the order of the real application, with names for tokens. */
export async function startLimited(
  env: Environment = {},
  tools: Type[] = [],
  sessions: { readonly max?: number; readonly maxPerPrincipal?: number; readonly maxPerUser?: number } = {},
): Promise<LimitedApp> {
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'http://localhost:3000',
    LOGTO_ENDPOINT: 'http://localhost:3001',
    ...env,
  });
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      DoorModule,
      LimitsModule,
      McpModule.forRootAsync({
        imports: [LimitsModule],
        inject: [Config, CallLimiter, MessageLimiter],
        useFactory: (_config: Config, limiter: CallLimiter, messages: MessageLimiter) => ({
          messages,
          name: 'limited',
          version: '1.0.0',
          sse: true,
          allowedOrigins: [],
          maxBodyBytes: 65_536,
          toolTimeoutMs: 10_000,
          maxResultBytes: 4_194_304,
          keepAliveMs: 15_000,
          maxBacklogBytes: 1_048_576,
          secret: randomBytes(32),
          pageSize: 100,
          hideForbidden: false,
          replay: { maxEvents: 10, maxBytes: 10_000 },
          subscriptions: { maxPerPrincipal: 100 },
          tasks: { ttlMs: 60_000, max: 100, maxPerPrincipal: 100 },
          sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 1_000, maxPerPrincipal: 20, ...sessions },
          limiter,
        }),
      }),
    ],
    controllers: [OtherController],
    providers: tools,
  })
  class LimitedModule {}

  const app = await NestFactory.create<NestExpressApplication>(LimitedModule, {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger: false,
  });
  // Lets a test choose the address it comes from.
  app.set('trust proxy', 'loopback');
  await app.listen(0, '127.0.0.1');
  return {
    origin: await app.getUrl(),
    doorman: app.get(Doorman),
    registry: app.get(TransportRegistry),
    redis: app.get(RedisConnection),
    get: (type) => app.get(type),
    close: () => app.close(),
  };
}

/** A header that makes a request come from this address. */
export const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address });
