import { randomBytes } from 'node:crypto';
import type { ZodError } from 'zod';
import { ConfigError } from './config.error.js';
import type { Config, ManagementCredentials, RegistrationConfig } from './config.js';
import { brokenRules, type ConfigProblem } from './env.rules.js';
import { envSchema, type Env } from './env.schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment into a frozen `Config`.
 * @throws {ConfigError} listing every wrong variable
 */
export function readConfig(environment: Environment = process.env): Config {
  const problems: ConfigProblem[] = [];
  const env: Record<string, unknown> = {};
  for (const [variable, schema] of Object.entries(envSchema.shape)) {
    // An empty value is how compose files say "not set".
    const parsed = schema.safeParse(environment[variable] === '' ? undefined : environment[variable]);
    if (parsed.success) env[variable] = parsed.data;
    else problems.push({ variable, fault: faultsOf(parsed.error) });
  }
  // One line a variable: two rules that miss the same one have the same cure.
  for (const found of brokenRules(env)) {
    if (!problems.some(({ variable }) => variable === found.variable)) problems.push(found);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // True because every key of the schema was parsed just above.
  return deepFreeze(toConfig(env as Env));
}

/** Every item of a list may be wrong in the same way, which is worth saying once. */
const faultsOf = ({ issues }: ZodError): string =>
  [...new Set(issues.map(({ message }) => message))].join('; ');

function toConfig(env: Env): Config {
  const devTenant = env.LOGTO_ENDPOINT === undefined ? { port: env.DEV_TENANT_PORT } : undefined;
  const endpoint = env.LOGTO_ENDPOINT ?? `http://localhost:${env.DEV_TENANT_PORT}`;
  const management = managementOf(env, endpoint);
  const registration = registrationOf(env);
  return {
    environment: env.NODE_ENV,
    http: {
      host: env.HOST,
      port: env.PORT,
      publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
      allowedOrigins: env.ALLOWED_ORIGINS,
      allowedHosts: env.ALLOWED_HOSTS,
      trustedProxies: env.TRUST_PROXY,
      ...(env.MAX_CONNECTIONS !== undefined && { maxConnections: env.MAX_CONNECTIONS }),
      ...(env.MAX_CONNECTIONS_PER_ADDRESS !== undefined && {
        maxConnectionsPerAddress: env.MAX_CONNECTIONS_PER_ADDRESS,
      }),
      headersTimeoutSeconds: env.HEADERS_TIMEOUT_SECONDS,
      requestTimeoutSeconds: env.REQUEST_TIMEOUT_SECONDS,
      drainDelaySeconds: env.DRAIN_DELAY_SECONDS,
      drainTimeoutSeconds: env.DRAIN_TIMEOUT_SECONDS,
    },
    logto: {
      endpoint,
      issuer: `${endpoint}/oidc`,
      internalEndpoint: env.LOGTO_INTERNAL_ENDPOINT ?? endpoint,
      timeoutMs: env.LOGTO_TIMEOUT_MS,
      refreshSeconds: env.LOGTO_REFRESH_SECONDS,
      ...(management && { management }),
      ...(env.LOGTO_WEBHOOK_SIGNING_KEY !== undefined && {
        webhookSigningKey: env.LOGTO_WEBHOOK_SIGNING_KEY,
      }),
    },
    auth: {
      tokenMode: env.AUTH_TOKEN_MODE,
      scopes: env.AUTH_SCOPES,
      allowedClients: env.AUTH_ALLOWED_CLIENTS,
      clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
      cacheSeconds: env.AUTH_CACHE_SECONDS,
      cacheEntries: env.AUTH_CACHE_ENTRIES,
      legacyMetadata: env.AUTH_LEGACY_METADATA,
    },
    mcp: {
      sse: env.MCP_SSE,
      sessionIdleSeconds: env.MCP_SESSION_IDLE_SECONDS,
      sessionMaxSeconds: env.MCP_SESSION_MAX_SECONDS,
      maxSessions: env.MCP_SESSIONS,
      maxSessionsPerPrincipal: env.MCP_SESSIONS_PER_PRINCIPAL,
      keepAliveSeconds: env.MCP_KEEP_ALIVE_SECONDS,
      maxBodyBytes: env.MCP_BODY_BYTES,
      toolTimeoutSeconds: env.MCP_TOOL_TIMEOUT_SECONDS,
      maxResultBytes: env.MCP_RESULT_BYTES,
      ...(env.MCP_SECRET !== undefined && { secret: env.MCP_SECRET }),
      ...(env.MCP_ACCESS_TOKEN !== undefined && { accessToken: env.MCP_ACCESS_TOKEN }),
      pageSize: env.MCP_PAGE_SIZE,
      hideForbidden: env.MCP_HIDE_FORBIDDEN,
      maxSubscriptionsPerPrincipal: env.MCP_SUBSCRIPTIONS_PER_PRINCIPAL ?? env.LIMIT_STREAMS_PER_PRINCIPAL,
      taskTtlSeconds: env.MCP_TASK_TTL_SECONDS,
      maxTasks: env.MCP_TASKS,
      maxTasksPerPrincipal: env.MCP_TASKS_PER_PRINCIPAL,
    },
    limits: {
      requestsPerAddress: env.LIMIT_REQUESTS_PER_ADDRESS,
      failuresPerAddress: env.LIMIT_FAILURES_PER_ADDRESS,
      requestsPerPrincipal: env.LIMIT_REQUESTS_PER_PRINCIPAL,
      callsPerPrincipal: env.LIMIT_CALLS_PER_PRINCIPAL,
      streamsPerPrincipal: env.LIMIT_STREAMS_PER_PRINCIPAL,
      userFactor: env.LIMIT_USER_FACTOR,
      inFlight: env.LIMIT_IN_FLIGHT,
      inFlightPerPrincipal: env.LIMIT_IN_FLIGHT_PER_PRINCIPAL,
    },
    ...(registration && { registration }),
    ...(env.REDIS_URL !== undefined && { redis: { url: env.REDIS_URL, prefix: env.REDIS_PREFIX } }),
    log: { level: env.LOG_LEVEL },
    ...(devTenant && { devTenant }),
  };
}

function managementOf(env: Env, endpoint: string): ManagementCredentials | undefined {
  const resource = env.LOGTO_MANAGEMENT_RESOURCE ?? managementResource(endpoint);
  if (env.LOGTO_MANAGEMENT_CLIENT_ID !== undefined && env.LOGTO_MANAGEMENT_CLIENT_SECRET !== undefined) {
    return {
      clientId: env.LOGTO_MANAGEMENT_CLIENT_ID,
      clientSecret: env.LOGTO_MANAGEMENT_CLIENT_SECRET,
      resource,
    };
  }
  if (env.LOGTO_ENDPOINT !== undefined) return undefined;
  // The embedded tenant lives in this process: a secret made here is known to both and to nobody else.
  return { clientId: 'mcp-server', clientSecret: randomBytes(24).toString('base64url'), resource };
}

function registrationOf(env: Env): RegistrationConfig | undefined {
  if (env.REGISTRATION === 'off') return undefined;
  return {
    mode: env.REGISTRATION,
    ...(env.REGISTRATION_TOKEN !== undefined && { token: env.REGISTRATION_TOKEN }),
    schemes: env.REGISTRATION_SCHEMES,
    hosts: env.REGISTRATION_HOSTS,
    perAddress: env.REGISTRATION_PER_ADDRESS,
    perDay: env.REGISTRATION_PER_DAY,
    unusedDays: env.REGISTRATION_UNUSED_DAYS,
  };
}

/** Logto Cloud names the Management API after the tenant; a self-hosted Logto always calls it `default`. */
function managementResource(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  const tenant = /^([a-z0-9]+)\.logto\.app$/.exec(hostname)?.[1];
  return `https://${tenant ?? 'default'}.logto.app/api`;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
