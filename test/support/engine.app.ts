import { randomBytes } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, Module, type Provider } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { McpModule, McpOptions } from '../../src/mcp/index.js';

/** Tests of the engine alone: a token is a name, optionally with a client and scopes: `alice@agent+a:read+a:write`. */
export function authInfoOf(token: string): AuthInfo {
  const [who = '', ...scopes] = token.split('+');
  const [subject = '', clientId = 'agent'] = who.split('@');
  return { token: '', issuer: 'https://issuer.test', subject, clientId, scopes, claims: { sub: subject } };
}

@Injectable()
class NameGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const req = context.switchToHttp().getRequest<{ headers: { authorization?: string }; auth?: AuthInfo }>();
    const name = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (name === undefined) return false;
    req.auth = authInfoOf(name);
    return true;
  }
}

export interface EngineApp {
  readonly origin: string;
  readonly app: NestExpressApplication;
  close(): Promise<void>;
}

/** What the application does with bodies before the engine sees them. */
export interface HostOptions {
  readonly bodyParser?: boolean;
  readonly rawBody?: boolean;
  readonly prepare?: (app: NestExpressApplication) => void;
}

/** A server with the given tools and nothing but the engine. */
export async function startEngine(
  providers: Provider[],
  options: Partial<McpOptions> = {},
  { bodyParser = false, rawBody = false, prepare }: HostOptions = {},
): Promise<EngineApp> {
  @Module({
    imports: [
      McpModule.forRoot({
        name: 'engine',
        version: '1.0.0',
        sse: true,
        allowedOrigins: ['https://app.test'],
        maxBodyBytes: 65_536,
        toolTimeoutMs: 2_000,
        maxResultBytes: 4_194_304,
        keepAliveMs: 15_000,
        maxBacklogBytes: 1_048_576,
        secret: randomBytes(32),
        pageSize: 100,
        hideForbidden: false,
        replay: { maxEvents: 100, maxBytes: 100_000 },
        subscriptions: { maxPerPrincipal: 3 },
        tasks: { ttlMs: 60_000, max: 100, maxPerPrincipal: 3 },
        sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 100, maxPerPrincipal: 5 },
        ...options,
      }),
    ],
    providers: [...providers, { provide: APP_GUARD, useClass: NameGuard }],
  })
  class EngineModule {}

  const app = await NestFactory.create<NestExpressApplication>(EngineModule, {
    bodyParser,
    rawBody,
    abortOnError: false,
    forceCloseConnections: true,
    logger: false,
  });
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, origin: await app.getUrl(), close: () => app.close() };
}
