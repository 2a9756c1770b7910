import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.js';
import { type Environment, readConfig } from '../../src/config/index.js';
import { type DevTenant, type DevTenantOptions, startDevTenant } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';

export const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-these-tests',
  resource: 'https://default.logto.app/api',
};

/** The server with its registration, and a tenant whose origin also plays the edge. */
export interface Bridge {
  readonly origin: string;
  readonly tenant: DevTenant;
  readonly app: NestExpressApplication;
  /** The same server with other variables, at the same address. The tenant stays. */
  restart(env: Environment): Promise<void>;
  register(metadata: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

export interface BridgeOptions {
  readonly env?: Environment;
  readonly tenant?: Partial<DevTenantOptions>;
  readonly scopes?: readonly string[];
  /** Another Logto than the tenant, as the server reaches it. */
  readonly logto?: string;
}

/** What an agent on the user's machine registers. */
export const AGENT = {
  client_name: 'SmartMail',
  redirect_uris: ['http://127.0.0.1:51234/callback'],
  token_endpoint_auth_method: 'none',
} as const;

/** Registrations are open, and none is one too many, unless a test says otherwise. */
export const OPEN = { REGISTRATION: 'open', REGISTRATION_PER_ADDRESS: '1000', REGISTRATION_PER_DAY: '1000' };

export async function startBridge(options: BridgeOptions = {}): Promise<Bridge> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({
      indicator: origin + path,
      scopes: options.scopes ?? [],
    })),
    management: MANAGEMENT,
    serverMetadata: `${origin}/.well-known/oauth-authorization-server/oidc`,
    ...options.tenant,
  });
  const start = async (env: Environment): Promise<NestExpressApplication> => {
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      PUBLIC_URL: origin,
      LOG_LEVEL: 'fatal',
      LIMIT_REQUESTS_PER_ADDRESS: '10000',
      LIMIT_FAILURES_PER_ADDRESS: '10000',
      LOGTO_ENDPOINT: options.logto ?? tenant.endpoint,
      LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
      LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
      ...env,
    });
    const app = await createApp(config);
    return app.listen(port, '127.0.0.1').then(() => app);
  };
  let app = await start({ ...OPEN, ...options.env });
  return {
    origin,
    tenant,
    get app() {
      return app;
    },
    restart: async (env) => {
      await app.close();
      app = await start(env);
    },
    register: (metadata, headers = {}) =>
      fetch(`${origin}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
      }),
    close: async () => {
      await app.close();
      await tenant.close();
    },
  };
}

/** A request to the Management API of the tenant, past the server. */
export async function manage(
  { tenant }: Bridge,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const form = { grant_type: 'client_credentials', resource: MANAGEMENT.resource, scope: 'all' };
  const basic = Buffer.from(`${MANAGEMENT.clientId}:${MANAGEMENT.clientSecret}`).toString('base64');
  const answer = await fetch(`${tenant.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(form),
  });
  // The tenant's own answer; without a token the next request fails the test.
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return fetch(`${tenant.endpoint}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export interface TenantApp {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly isThirdParty: boolean;
  readonly oidcClientMetadata: { readonly redirectUris: readonly string[] };
  readonly customClientMetadata: Readonly<Record<string, unknown>>;
  readonly customData: { readonly mcpRegistration?: Readonly<Record<string, unknown>> };
}

/** The apps that came into the tenant by registration, oldest first. */
export async function registeredApps(bridge: Bridge): Promise<readonly TenantApp[]> {
  // The shape that the tenant's own specs hold.
  const apps = (await (await manage(bridge, 'GET', '/applications')).json()) as TenantApp[];
  return apps.filter(({ customData }) => customData.mcpRegistration !== undefined);
}
