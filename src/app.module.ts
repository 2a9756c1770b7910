import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule, type ProtectedResource } from './auth/index.js';
import { Config, ConfigModule, readConfig } from './config/index.js';
import { Drain, EdgeModule, originsOf } from './edge/index.js';
import { HealthModule } from './health/index.js';
import { LimitsModule } from './limits/index.js';
import { CallLimiter, McpModule, type McpOptions } from './mcp/index.js';
import { RegistrationModule } from './registration/index.js';
import { ToolsModule } from './tools/index.js';
import { VERSION } from './version.js';

/** Each URL that clients connect to is a resource of its own, because they compare it with the metadata's. */
const resourcesOf = ({ mcp }: Config): ProtectedResource[] => [
  { path: '/mcp', routes: ['/mcp'] },
  ...(mcp.sse
    ? [
        { path: '/mcp/sse', routes: ['/mcp/sse', '/mcp/messages'] },
        { path: '/sse', routes: ['/sse', '/messages'] },
      ]
    : []),
];

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

const mcpOptions = ({ http, mcp }: Config, limiter: CallLimiter, drain: Drain): McpOptions => ({
  name: 'logto-mcp-server',
  title: 'Logto MCP server',
  version: VERSION,
  sse: mcp.sse,
  allowedOrigins: originsOf(http),
  maxBodyBytes: mcp.maxBodyBytes,
  toolTimeoutMs: mcp.toolTimeoutSeconds * 1000,
  keepAliveMs: mcp.keepAliveSeconds * 1000,
  secret: mcp.secret === undefined ? randomBytes(32) : Buffer.from(mcp.secret),
  pageSize: mcp.pageSize,
  hideForbidden: mcp.hideForbidden,
  limiter: holding(drain, limiter),
  // A client that far behind does not read: the largest answer fits in.
  maxBacklogBytes: 4_194_304,
  // A few answers' worth: enough to bridge a broken connection, too little to fill the memory.
  replay: { maxEvents: 256, maxBytes: 1_048_576 },
  subscriptions: { maxPerPrincipal: mcp.maxSubscriptionsPerPrincipal },
  tasks: { ttlMs: mcp.taskTtlSeconds * 1000, max: mcp.maxTasks, maxPerPrincipal: mcp.maxTasksPerPrincipal },
  sessions: {
    idleMs: mcp.sessionIdleSeconds * 1000,
    maxAgeMs: mcp.sessionMaxSeconds * 1000,
    max: mcp.maxSessions,
    maxPerPrincipal: mcp.maxSessionsPerPrincipal,
  },
});

/** Loaded on demand: the production image does not even contain what it is made of. */
async function devTenant(config: Config, port: number): Promise<DynamicModule> {
  const { DevTenantModule } = await import('./dev-tenant/index.js');
  return DevTenantModule.forRoot({
    port,
    environment: config.environment,
    resources: resourcesOf(config).map(({ path }) => ({ indicator: config.http.publicUrl + path })),
    ...(config.logto.management && { management: config.logto.management }),
    // Its own origin is Logto's, so it is the edge as well.
    ...(config.registration && {
      serverMetadata: `${config.http.publicUrl}/.well-known/oauth-authorization-server/oidc`,
    }),
  });
}

/** Joins the rooms; nothing else does. */
@Module({})
export class AppModule {
  static forRoot(config: Config = readConfig()): DynamicModule {
    const auth = AuthModule.forRoot({ resources: resourcesOf(config) });
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
          imports: [LimitsModule, EdgeModule],
          inject: [Config, CallLimiter, Drain],
          useFactory: mcpOptions,
        }),
        ToolsModule,
        HealthModule,
        ...(registration ? [RegistrationModule.forRoot({ imports: [auth], registration })] : []),
      ],
      // For modules that wrap this one: their tools may want the notifier or the catalog.
      exports: [McpModule],
    };
  }
}
