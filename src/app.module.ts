import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { resourcesOf } from './app.resources.js';
import { AuthModule, Revocations } from './auth/index.js';
import { ClusterModule, SharedState } from './cluster/index.js';
import { Config, ConfigError, ConfigModule, readConfig, type RegistrationConfig } from './config/index.js';
import { Drain, EdgeModule, originsOf } from './edge/index.js';
import { HealthModule } from './health/index.js';
import { LimitsModule } from './limits/index.js';
import { CallLimiter, Evictor, McpModule, type McpOptions, MessageLimiter } from './mcp/index.js';
import { ToolsModule } from './tools/index.js';
import { VERSION } from './version.js';

/** A call holds the drain: over HTTP+SSE it runs on after its request is answered. Tasks may last all day. */
const holding = (drain: Drain, limiter: CallLimiter): CallLimiter => ({
  async enter(principal, call) {
    const leave = await limiter.enter(principal, call);
    const release = call.isTask === true ? () => undefined : drain.hold();
    return () => {
      release();
      leave();
    };
  },
});

const capsOf = (maxPerPrincipal: number, userFactor: number) => ({
  maxPerPrincipal,
  maxPerUser: maxPerPrincipal * userFactor,
});

const mcpOptions = (
  { http, limits, mcp }: Config,
  limiter: CallLimiter,
  messages: MessageLimiter,
  drain: Drain,
  { answers }: SharedState,
): McpOptions => ({
  name: 'logto-mcp-server',
  title: 'Logto MCP server',
  version: VERSION,
  sse: mcp.sse,
  allowedOrigins: originsOf(http),
  maxBodyBytes: mcp.maxBodyBytes,
  toolTimeoutMs: mcp.toolTimeoutSeconds * 1000,
  maxResultBytes: mcp.maxResultBytes,
  keepAliveMs: mcp.keepAliveSeconds * 1000,
  secret: mcp.secret === undefined ? randomBytes(32) : Buffer.from(mcp.secret),
  pageSize: mcp.pageSize,
  hideForbidden: mcp.hideForbidden,
  limiter: holding(drain, limiter),
  messages,
  ...(answers && { answers }),
  // A client that far behind does not read: the largest answer fits in, as text and as structure.
  maxBacklogBytes: Math.max(4_194_304, 2 * mcp.maxResultBytes),
  // A few answers' worth: enough to bridge a broken connection, too little to fill the memory.
  replay: { maxEvents: 256, maxBytes: 1_048_576 },
  subscriptions: capsOf(mcp.maxSubscriptionsPerPrincipal, limits.userFactor),
  tasks: {
    ttlMs: mcp.taskTtlSeconds * 1000,
    max: mcp.maxTasks,
    ...capsOf(mcp.maxTasksPerPrincipal, limits.userFactor),
  },
  sessions: {
    idleMs: mcp.sessionIdleSeconds * 1000,
    maxAgeMs: mcp.sessionMaxSeconds * 1000,
    max: mcp.maxSessions,
    ...capsOf(mcp.maxSessionsPerPrincipal, limits.userFactor),
  },
});

/** @throws {ConfigError} in a production build, which does not contain the development tenant */
async function importDevTenant(): Promise<typeof import('./dev-tenant/index.js')> {
  try {
    return await import('./dev-tenant/index.js');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    const fault = 'is required: this build does not contain the development tenant';
    throw new ConfigError([{ variable: 'LOGTO_ENDPOINT', fault }]);
  }
}

async function devTenant(config: Config, port: number): Promise<DynamicModule> {
  const { DevTenantModule } = await importDevTenant();
  return DevTenantModule.forRoot({
    port,
    environment: config.environment,
    resources: resourcesOf(config).map(({ path }) => ({ indicator: config.http.publicUrl + path })),
    ...(config.logto.management && { management: config.logto.management }),
    // Its own origin is Logto's, so it is the edge as well.
    ...(config.registration && {
      serverMetadata: `${config.http.publicUrl}/.well-known/oauth-authorization-server/oidc`,
      defaultScope: config.auth.scopes,
    }),
  });
}

/** Loaded on demand: most servers have it off. */
async function registrationModule(
  auth: DynamicModule,
  registration: RegistrationConfig,
): Promise<DynamicModule> {
  const { RegistrationModule } = await import('./registration/index.js');
  return RegistrationModule.forRoot({ imports: [auth], registration });
}

/** Joins the rooms; nothing else does. */
@Module({})
export class AppModule implements OnModuleInit {
  constructor(
    private readonly revocations: Revocations,
    private readonly evictor: Evictor,
  ) {}

  static forRoot(config: Config = readConfig()): DynamicModule {
    const auth = AuthModule.forRoot({
      resources: resourcesOf(config),
      webhook: config.logto.webhookSigningKey !== undefined,
    });
    const { registration } = config;
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ...(config.devTenant ? [devTenant(config, config.devTenant.port)] : []),
        auth,
        // Behind the module that authenticates, whose guard then runs before.
        LimitsModule,
        McpModule.forRootAsync({
          imports: [LimitsModule, EdgeModule, ClusterModule],
          inject: [Config, CallLimiter, MessageLimiter, Drain, SharedState],
          useFactory: mcpOptions,
        }),
        ToolsModule,
        HealthModule,
        ...(registration ? [registrationModule(auth, registration)] : []),
      ],
      // For modules that wrap this one: their tools may want the notifier or the catalog.
      exports: [McpModule],
    };
  }

  /** The room that learns who is out knows no sessions, and the one that has them does not know who is out. */
  onModuleInit(): void {
    this.revocations.subscribe((user) => this.evictor.evict(user));
  }
}
