import { z } from 'zod';
import { edgeVariables } from './env.edge.js';
import { limitVariables, redisVariables } from './env.limits.js';
import { registrationVariables } from './env.registration.js';
import { browserOrigins, flag, list, origin, publicOrigin, whole } from './env.values.js';

/**
 * Every variable of the environment: its type, its default, and in `description` the cure that a start-up error
 * prints. `config/env/example.env` is generated from here.
 */
export const envSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('production')
    .describe('development starts an embedded Logto tenant when LOGTO_ENDPOINT is absent.'),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, 'must be an IP address or a host name')
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 inside a container.'),
  PORT: whole(1, 65_535).default(3000).describe('Port to listen on.'),
  PUBLIC_URL: publicOrigin
    .optional()
    .describe(
      'Origin that agents use to reach this server, e.g. https://mcp.example.com. Required in production.',
    ),
  ALLOWED_ORIGINS: browserOrigins
    .default([])
    .describe(
      'Origins of browsers and desktop apps that may call us, comma separated, e.g. https://app.example.com, app://obsidian.md or chrome-extension://<id>. Our own is always allowed.',
    ),
  ...edgeVariables,
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
      'must be fatal, error, warn, log, debug or verbose',
    )
    .default('log')
    .describe('Least severe level that is logged.'),

  LOGTO_ENDPOINT: publicOrigin
    .optional()
    .describe('Your tenant, e.g. https://abc123.logto.app or your custom domain. Required in production.'),
  LOGTO_INTERNAL_ENDPOINT: origin
    .optional()
    .describe(
      'The same Logto by the name this process reaches it, e.g. http://logto:3001. Default: LOGTO_ENDPOINT.',
    ),
  LOGTO_TIMEOUT_MS: whole(100, 30_000).default(3000).describe('Limit of one call to Logto, in milliseconds.'),
  LOGTO_REFRESH_SECONDS: whole(5, 86_400)
    .default(300)
    .describe('How often discovery and signing keys are read again. A withdrawn key is refused after this.'),
  LOGTO_MANAGEMENT_CLIENT_ID: z
    .string()
    .optional()
    .describe(
      'App ID of a machine-to-machine app with the Management API role. Lets whoami fill in JWT callers.',
    ),
  LOGTO_MANAGEMENT_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('App secret of that machine-to-machine app.'),
  LOGTO_MANAGEMENT_RESOURCE: z
    .url('must be a URL')
    .optional()
    .describe(
      'Management API indicator. Default: https://<tenant>.logto.app/api for a cloud endpoint, else https://default.logto.app/api: set it for a cloud tenant with a custom domain.',
    ),
  LOGTO_WEBHOOK_SIGNING_KEY: z
    .string()
    .min(16, 'must be the signing key of a webhook, at least 16 characters')
    .optional()
    .describe(
      'Signing key of a Logto webhook to <PUBLIC_URL>/webhooks/logto. Present: users who are suspended or deleted are out at once.',
    ),

  AUTH_TOKEN_MODE: z
    .enum(['auto', 'jwt', 'userinfo'], 'must be auto, jwt or userinfo')
    .default('auto')
    .describe(
      'auto: JWTs bound to this server and opaque tokens; jwt: only the first; userinfo: only the second.',
    ),
  AUTH_SCOPES: list
    .pipe(
      z
        .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be OAuth scopes'))
        .nonempty('must name at least one scope'),
    )
    .default(['openid', 'profile', 'email'])
    .describe('Scopes that clients are told to ask for.'),
  AUTH_ALLOWED_CLIENTS: list
    .default([])
    .describe(
      'Client ids whose opaque tokens are accepted; needs LOGTO_MANAGEMENT_*. Empty: every app of the tenant.',
    ),
  AUTH_CLOCK_SKEW_SECONDS: whole(0, 300).default(60).describe('Tolerated difference of clocks, in seconds.'),
  AUTH_CACHE_SECONDS: whole(0, 300)
    .default(60)
    .describe(
      'How long a verified token is believed without asking again: the revocation window of opaque tokens.',
    ),
  AUTH_CACHE_ENTRIES: whole(1, 1_000_000).default(10_000).describe('Verified tokens kept in memory.'),
  AUTH_LEGACY_METADATA: flag
    .default(false)
    .describe("Serve Logto's metadata at our origin too, for clients of revision 2025-03-26."),

  MCP_SSE: flag.default(true).describe('Serve the HTTP+SSE transport of 2024-11-05.'),
  MCP_SESSION_IDLE_SECONDS: whole(1, 86_400).default(1800).describe('A session unused for this long ends.'),
  MCP_SESSION_MAX_SECONDS: whole(1, 604_800).default(86_400).describe('No session lives longer than this.'),
  MCP_SESSIONS: whole(1, 1_000_000).default(10_000).describe('Sessions kept at once.'),
  MCP_SESSIONS_PER_PRINCIPAL: whole(1, 10_000)
    .default(20)
    .describe('Sessions one user may keep through one client.'),
  MCP_KEEP_ALIVE_SECONDS: whole(1, 300).default(15).describe('Pause between comments on a silent stream.'),
  MCP_BODY_BYTES: whole(1024, 67_108_864).default(1_048_576).describe('Largest accepted message.'),
  MCP_TOOL_TIMEOUT_SECONDS: whole(1, 3600).default(60).describe('A tool that runs longer is cancelled.'),
  MCP_RESULT_BYTES: whole(1024, 268_435_456)
    .default(4_194_304)
    .describe('Largest result of a tool, resource or prompt; beyond it the caller is told to ask for less.'),

  MCP_SECRET: z
    .string()
    .min(32, 'must be at least 32 characters')
    .optional()
    .describe('Seals what passes through the client. The same on every node; absent: random at each start.'),
  MCP_PAGE_SIZE: whole(1, 10_000).default(500).describe('Entries on one page of a list.'),
  MCP_HIDE_FORBIDDEN: flag
    .default(false)
    .describe("Lists leave out what the caller's scopes do not allow, instead of refusing the call."),
  MCP_SUBSCRIPTIONS_PER_PRINCIPAL: whole(1, 10_000)
    .optional()
    .describe(
      'Subscription streams one user may keep through one client. Default, and no more than: LIMIT_STREAMS_PER_PRINCIPAL.',
    ),
  MCP_TASK_TTL_SECONDS: whole(1, 604_800)
    .default(3600)
    .describe('A task and its result are kept for this long.'),
  MCP_TASKS: whole(1, 1_000_000).default(10_000).describe('Tasks kept at once.'),
  MCP_TASKS_PER_PRINCIPAL: whole(1, 10_000)
    .default(50)
    .describe('Tasks one user may keep through one client.'),

  MCP_ACCESS_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]+=*$/, 'must be a bearer token, without the word Bearer')
    .optional()
    .describe('Only for npm run stdio: the access token that the local client acts with.'),

  ...registrationVariables,

  ...limitVariables,

  ...redisVariables,

  DEV_TENANT_PORT: whole(1, 65_535)
    .default(3001)
    .describe('Port of the embedded tenant; only in development without LOGTO_ENDPOINT.'),
});

export type Env = z.output<typeof envSchema>;

/** Variables whose values never appear in a message. */
export const secretVariables: ReadonlySet<string> = new Set([
  'LOGTO_MANAGEMENT_CLIENT_SECRET',
  'LOGTO_WEBHOOK_SIGNING_KEY',
  'REGISTRATION_TOKEN',
  'MCP_SECRET',
  'MCP_ACCESS_TOKEN',
  // It may hold a password.
  'REDIS_URL',
]);
