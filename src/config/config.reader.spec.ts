import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.error.js';
import { type Environment, readConfig } from './config.reader.js';
import { envSchema } from './env.schema.js';

const REAL = { PUBLIC_URL: 'https://mcp.example.com', LOGTO_ENDPOINT: 'https://abc123.logto.app' };
const M2M = { LOGTO_MANAGEMENT_CLIENT_ID: 'm2m', LOGTO_MANAGEMENT_CLIENT_SECRET: 's3cret' };

function refused(environment: Environment): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted');
}

const missing = (environment: Environment) =>
  refused(environment).problems.map(({ variable, fault }) => `${variable} ${fault}`);

describe('a start with nothing but what is required', () => {
  it('is a production server with these defaults', () => {
    expect(readConfig(REAL)).toEqual({
      environment: 'production',
      http: {
        host: '127.0.0.1',
        port: 3000,
        publicUrl: 'https://mcp.example.com',
        allowedOrigins: [],
        allowedHosts: [],
        trustedProxies: [],
        headersTimeoutSeconds: 15,
        requestTimeoutSeconds: 30,
        drainDelaySeconds: 1,
        drainTimeoutSeconds: 20,
      },
      logto: {
        endpoint: 'https://abc123.logto.app',
        issuer: 'https://abc123.logto.app/oidc',
        internalEndpoint: 'https://abc123.logto.app',
        timeoutMs: 3000,
        refreshSeconds: 300,
      },
      auth: {
        tokenMode: 'auto',
        scopes: ['openid', 'profile', 'email'],
        allowedClients: [],
        clockSkewSeconds: 60,
        cacheSeconds: 60,
        cacheEntries: 10_000,
        legacyMetadata: false,
      },
      mcp: {
        sse: true,
        sessionIdleSeconds: 1800,
        sessionMaxSeconds: 86_400,
        maxSessions: 10_000,
        maxSessionsPerPrincipal: 20,
        keepAliveSeconds: 15,
        maxBodyBytes: 1_048_576,
        toolTimeoutSeconds: 60,
        maxResultBytes: 4_194_304,
        pageSize: 500,
        hideForbidden: false,
        maxSubscriptionsPerPrincipal: 20,
        taskTtlSeconds: 3600,
        maxTasks: 10_000,
        maxTasksPerPrincipal: 50,
      },
      limits: {
        requestsPerAddress: 300,
        failuresPerAddress: 30,
        requestsPerPrincipal: 600,
        callsPerPrincipal: 8,
        streamsPerPrincipal: 20,
        userFactor: 3,
        inFlight: 1000,
        inFlightPerPrincipal: 32,
      },
      log: { level: 'log' },
    });
  });

  it('treats an empty value as one that is not set, as compose files write it', () => {
    const empty = Object.fromEntries(Object.keys(envSchema.shape).map((variable) => [variable, '']));
    expect(readConfig({ ...empty, ...REAL })).toEqual(readConfig(REAL));
  });

  it('ignores variables of other programs', () => {
    expect(readConfig({ ...REAL, HOME: '/root', LOGTO_UNKNOWN: 'x' })).toEqual(readConfig(REAL));
  });
});

describe('the configuration', () => {
  it('is frozen to its last leaf', () => {
    const config = readConfig({ ...REAL, ...M2M, ALLOWED_ORIGINS: 'https://a.example' });
    const parts: unknown[] = [config];
    let seen = 0;
    for (const part of parts) {
      if (typeof part !== 'object' || part === null) continue;
      expect(part).toSatisfy(Object.isFrozen);
      parts.push(...Object.values(part));
      seen += 1;
    }
    expect(seen).toBeGreaterThan(8);
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.auth.scopes, { 0: 'admin' })).toThrow(TypeError);
  });

  it('carries every variable that is set', () => {
    const config = readConfig({
      ...M2M,
      NODE_ENV: 'test',
      HOST: '0.0.0.0',
      PORT: '8080',
      PUBLIC_URL: 'https://mcp.example.com',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      ALLOWED_HOSTS: 'mcp.internal, MCP-Server',
      TRUST_PROXY: '10.0.0.0/8',
      MAX_CONNECTIONS: '23',
      MAX_CONNECTIONS_PER_ADDRESS: '24',
      HEADERS_TIMEOUT_SECONDS: '24',
      REQUEST_TIMEOUT_SECONDS: '25',
      DRAIN_DELAY_SECONDS: '26',
      DRAIN_TIMEOUT_SECONDS: '27',
      LOG_LEVEL: 'warn',
      LOGTO_ENDPOINT: 'https://auth.example.com',
      LOGTO_INTERNAL_ENDPOINT: 'http://logto:3001',
      LOGTO_TIMEOUT_MS: '1500',
      LOGTO_REFRESH_SECONDS: '60',
      LOGTO_WEBHOOK_SIGNING_KEY: 'signing-key-of-the-webhook',
      LOGTO_MANAGEMENT_RESOURCE: 'https://abc123.logto.app/api',
      AUTH_TOKEN_MODE: 'jwt',
      AUTH_SCOPES: 'openid,email',
      AUTH_ALLOWED_CLIENTS: 'one two',
      AUTH_CLOCK_SKEW_SECONDS: '5',
      AUTH_CACHE_SECONDS: '0',
      AUTH_CACHE_ENTRIES: '7',
      AUTH_LEGACY_METADATA: 'true',
      MCP_SSE: 'false',
      MCP_SESSION_IDLE_SECONDS: '11',
      MCP_SESSION_MAX_SECONDS: '12',
      MCP_SESSIONS: '13',
      MCP_SESSIONS_PER_PRINCIPAL: '14',
      MCP_KEEP_ALIVE_SECONDS: '16',
      MCP_BODY_BYTES: '2048',
      MCP_TOOL_TIMEOUT_SECONDS: '17',
      MCP_RESULT_BYTES: '4096',
      MCP_SECRET: 'a secret of at least 32 characters',
      MCP_ACCESS_TOKEN: 'header.payload.signature',
      MCP_PAGE_SIZE: '18',
      MCP_HIDE_FORBIDDEN: 'true',
      MCP_SUBSCRIPTIONS_PER_PRINCIPAL: '19',
      MCP_TASK_TTL_SECONDS: '20',
      MCP_TASKS: '21',
      MCP_TASKS_PER_PRINCIPAL: '22',
      REGISTRATION: 'token',
      REGISTRATION_TOKEN: 'a-token-of-at-least-32-characters',
      REGISTRATION_SCHEMES: 'vscode, com.example',
      REGISTRATION_HOSTS: 'claude.ai',
      REGISTRATION_PER_ADDRESS: '41',
      REGISTRATION_PER_DAY: '42',
      REGISTRATION_UNUSED_DAYS: '43',
      LIMIT_REQUESTS_PER_ADDRESS: '31',
      LIMIT_FAILURES_PER_ADDRESS: '32',
      LIMIT_REQUESTS_PER_PRINCIPAL: '33',
      LIMIT_CALLS_PER_PRINCIPAL: '34',
      LIMIT_STREAMS_PER_PRINCIPAL: '35',
      LIMIT_USER_FACTOR: '38',
      LIMIT_IN_FLIGHT: '36',
      LIMIT_IN_FLIGHT_PER_PRINCIPAL: '37',
      REDIS_URL: 'redis://localhost:6380/2',
      REDIS_PREFIX: 'other:',
    });
    expect(config).toEqual({
      environment: 'test',
      http: {
        host: '0.0.0.0',
        port: 8080,
        publicUrl: 'https://mcp.example.com',
        allowedOrigins: ['https://a.example', 'https://b.example'],
        allowedHosts: ['mcp.internal', 'mcp-server'],
        trustedProxies: ['10.0.0.0/8'],
        maxConnections: 23,
        maxConnectionsPerAddress: 24,
        headersTimeoutSeconds: 24,
        requestTimeoutSeconds: 25,
        drainDelaySeconds: 26,
        drainTimeoutSeconds: 27,
      },
      logto: {
        endpoint: 'https://auth.example.com',
        issuer: 'https://auth.example.com/oidc',
        internalEndpoint: 'http://logto:3001',
        timeoutMs: 1500,
        refreshSeconds: 60,
        webhookSigningKey: 'signing-key-of-the-webhook',
        management: { clientId: 'm2m', clientSecret: 's3cret', resource: 'https://abc123.logto.app/api' },
      },
      auth: {
        tokenMode: 'jwt',
        scopes: ['openid', 'email'],
        allowedClients: ['one', 'two'],
        clockSkewSeconds: 5,
        cacheSeconds: 0,
        cacheEntries: 7,
        legacyMetadata: true,
      },
      mcp: {
        sse: false,
        sessionIdleSeconds: 11,
        sessionMaxSeconds: 12,
        maxSessions: 13,
        maxSessionsPerPrincipal: 14,
        keepAliveSeconds: 16,
        maxBodyBytes: 2048,
        toolTimeoutSeconds: 17,
        maxResultBytes: 4096,
        secret: 'a secret of at least 32 characters',
        accessToken: 'header.payload.signature',
        pageSize: 18,
        hideForbidden: true,
        maxSubscriptionsPerPrincipal: 19,
        taskTtlSeconds: 20,
        maxTasks: 21,
        maxTasksPerPrincipal: 22,
      },
      limits: {
        requestsPerAddress: 31,
        failuresPerAddress: 32,
        requestsPerPrincipal: 33,
        callsPerPrincipal: 34,
        streamsPerPrincipal: 35,
        userFactor: 38,
        inFlight: 36,
        inFlightPerPrincipal: 37,
      },
      registration: {
        mode: 'token',
        token: 'a-token-of-at-least-32-characters',
        schemes: ['vscode', 'com.example'],
        hosts: ['claude.ai'],
        perAddress: 41,
        perDay: 42,
        unusedDays: 43,
      },
      redis: { url: 'redis://localhost:6380/2', prefix: 'other:' },
      log: { level: 'warn' },
    });
  });
});

describe('a start in development', () => {
  it('brings a Logto tenant of its own, with credentials that only this process knows', () => {
    const config = readConfig({ NODE_ENV: 'development', PORT: '4000', DEV_TENANT_PORT: '4001' });
    expect(config.devTenant).toEqual({ port: 4001 });
    expect(config.http.publicUrl).toBe('http://localhost:4000');
    expect(config.logto).toMatchObject({
      endpoint: 'http://localhost:4001',
      issuer: 'http://localhost:4001/oidc',
      internalEndpoint: 'http://localhost:4001',
      management: { clientId: 'mcp-server', resource: 'https://default.logto.app/api' },
    });
    const again = readConfig({ NODE_ENV: 'development' });
    expect(config.logto.management?.clientSecret).toHaveLength(32);
    expect(again.logto.management?.clientSecret).not.toBe(config.logto.management?.clientSecret);
  });

  it('uses the tenant that LOGTO_ENDPOINT names instead, and makes up no credentials for it', () => {
    const config = readConfig({ NODE_ENV: 'development', LOGTO_ENDPOINT: 'https://abc123.logto.app' });
    expect(config).not.toHaveProperty('devTenant');
    expect(config.logto).not.toHaveProperty('management');
  });
});

describe('the Management API', () => {
  const resourceOf = (endpoint: string) =>
    readConfig({ ...REAL, ...M2M, LOGTO_ENDPOINT: endpoint }).logto.management?.resource;

  it('is named after the tenant in the cloud', () => {
    expect(resourceOf('https://abc123.logto.app')).toBe('https://abc123.logto.app/api');
  });

  it.each(['https://auth.example.com', 'http://localhost:3001', 'https://abc123.logto.app.example.com'])(
    'is called default at %s',
    (endpoint) => {
      expect(resourceOf(endpoint)).toBe('https://default.logto.app/api');
    },
  );
});

describe('a start that cannot work', () => {
  it('is refused in production, which is the default, without a Logto and a public URL', () => {
    const both = [
      'PUBLIC_URL is required when NODE_ENV is production',
      'LOGTO_ENDPOINT is required when NODE_ENV is production',
    ];
    expect(missing({})).toEqual(both);
    expect(missing({ NODE_ENV: 'production', DEV_TENANT_PORT: '3001' })).toEqual(both);
  });

  it.each([
    [
      'an id without a secret',
      { LOGTO_MANAGEMENT_CLIENT_ID: 'm2m' },
      ['SECRET is required because LOGTO_MANAGEMENT_CLIENT_ID is set'],
    ],
    [
      'a secret without an id',
      { LOGTO_MANAGEMENT_CLIENT_SECRET: 's' },
      ['ID is required because LOGTO_MANAGEMENT_CLIENT_SECRET is set'],
    ],
    [
      'a resource without either',
      { LOGTO_MANAGEMENT_RESOURCE: 'https://default.logto.app/api' },
      [
        'ID is required because LOGTO_MANAGEMENT_RESOURCE is set',
        'SECRET is required because LOGTO_MANAGEMENT_RESOURCE is set',
      ],
    ],
  ])('is refused with half of the Management API: %s', (_half, variables, faults) => {
    expect(missing({ ...REAL, ...variables })).toEqual(
      faults.map((fault) => `LOGTO_MANAGEMENT_CLIENT_${fault}`),
    );
  });

  it('is refused with a back channel to a Logto that has no public name', () => {
    expect(missing({ NODE_ENV: 'development', LOGTO_INTERNAL_ENDPOINT: 'http://logto:3001' })).toEqual([
      'LOGTO_ENDPOINT is required because LOGTO_INTERNAL_ENDPOINT is set',
    ]);
  });

  it('is refused with a client list that nobody could check', () => {
    expect(missing({ ...REAL, AUTH_ALLOWED_CLIENTS: 'agent-1' })).toEqual([
      'AUTH_ALLOWED_CLIENTS cannot be checked without LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET',
    ]);
    expect(readConfig({ ...REAL, ...M2M, AUTH_ALLOWED_CLIENTS: 'agent-1' }).auth.allowedClients).toEqual([
      'agent-1',
    ]);
  });

  it('is refused with more subscriptions than streams, which they are, and follows the streams where it says nothing', () => {
    const limits = { LIMIT_STREAMS_PER_PRINCIPAL: '2' };
    expect(missing({ ...REAL, ...limits, MCP_SUBSCRIPTIONS_PER_PRINCIPAL: '3' })).toEqual([
      'MCP_SUBSCRIPTIONS_PER_PRINCIPAL cannot be more than LIMIT_STREAMS_PER_PRINCIPAL, which counts them too',
    ]);
    expect(missing({ ...REAL, MCP_SUBSCRIPTIONS_PER_PRINCIPAL: '21' })).toHaveLength(1);
    expect(readConfig({ ...REAL, ...limits }).mcp.maxSubscriptionsPerPrincipal).toBe(2);
  });

  it('is refused with a registration that could create no app, or a token that nothing asks for', () => {
    const token = 'a-token-of-at-least-32-characters';
    const needs = (mode: string) =>
      ['CLIENT_ID', 'CLIENT_SECRET'].map(
        (part) => `LOGTO_MANAGEMENT_${part} is required because REGISTRATION is ${mode}`,
      );
    expect(missing({ ...REAL, REGISTRATION: 'open' })).toEqual(needs('open'));
    expect(missing({ ...REAL, REGISTRATION: 'token' })).toEqual([
      'REGISTRATION_TOKEN is required because REGISTRATION is token',
      ...needs('token'),
    ]);
    expect(missing({ ...REAL, ...M2M, REGISTRATION_TOKEN: token })).toEqual([
      'REGISTRATION must be token because REGISTRATION_TOKEN is set',
    ]);
    expect(
      missing({ ...REAL, ...M2M, REGISTRATION: 'open', REGISTRATION_SCHEMES: 'cursor,javascript' }),
    ).toEqual(['REGISTRATION_SCHEMES must not name a scheme of the browser itself']);
    expect(readConfig({ NODE_ENV: 'development', REGISTRATION: 'open' }).registration?.mode).toBe('open');
  });

  it('[row 134] names every wrong variable once, each with its cure', () => {
    const error = refused({
      PORT: '0',
      LOGTO_INTERNAL_ENDPOINT: 'http://logto:3001',
      AUTH_TOKEN_MODE: 'opaque',
      AUTH_SCOPES: '"a" "b"',
    });
    expect(error.code).toBe('invalid_configuration');
    expect(error.message).toBe(`The configuration is wrong in 5 place(s):
  PORT must be a whole number from 1 to 65535
    Port to listen on.
  AUTH_TOKEN_MODE must be auto, jwt or userinfo
    auto: JWTs bound to this server and opaque tokens; jwt: only the first; userinfo: only the second.
  AUTH_SCOPES must be OAuth scopes
    Scopes that clients are told to ask for.
  PUBLIC_URL is required when NODE_ENV is production
    Origin that agents use to reach this server, e.g. https://mcp.example.com. Required in production.
  LOGTO_ENDPOINT is required when NODE_ENV is production
    Your tenant, e.g. https://abc123.logto.app or your custom domain. Required in production.`);
  });
});

describe('a value', () => {
  const CANARY = 'c4n4ry-8f1e';
  const variables = Object.keys(envSchema.shape);
  const told = (error: ConfigError) =>
    [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();

  it.each([
    ['as it is', CANARY],
    ['in the credentials of a URL', `https://user:${CANARY}@host.example`],
    ['in the path of a URL', `https://host.example/${CANARY}`],
    ['in a list', `ok, "${CANARY}"`],
  ])('is never repeated, secret or not: %s', (_where, value) => {
    const error = refused(Object.fromEntries(variables.map((variable) => [variable, value])));
    expect(error.problems.length).toBeGreaterThan(20);
    expect(told(error)).not.toContain(CANARY);
  });

  it.each(variables)('of %s is not repeated when something else is wrong', (variable) => {
    const error = refused({ NODE_ENV: 'production', MCP_SSE: 'perhaps', [variable]: CANARY });
    expect(told(error)).not.toContain(CANARY);
  });
});
