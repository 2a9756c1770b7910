import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { type Environment, readConfig } from '../../src/config/index.js';
import { type DevTenant, type DevTenantOptions, startDevTenant } from '../../src/dev-tenant/index.js';
import { type ChaosProxy, startChaosProxy } from './chaos.proxy.js';
import { freePort } from './free.port.js';

export interface Stack {
  /** Where clients find the server. */
  readonly origin: string;
  readonly app: NestExpressApplication;
  readonly tenant: DevTenant;
  /** The server's way to the tenant. Users reach the tenant directly. */
  readonly logto: ChaosProxy;
  close(): Promise<void>;
}

export interface StackOptions {
  readonly env?: Environment;
  readonly tenant?: Partial<DevTenantOptions>;
  /** Without credentials for the Management API. */
  readonly noManagement?: boolean;
  /** How the way to Logto behaves while the server starts. */
  readonly fault?: ChaosProxy['fault'];
  /** Lifetime of the tenant's JWTs, in seconds. */
  readonly accessTokenTtl?: number;
  /** API permissions of the server's resources. */
  readonly scopes?: readonly string[];
  /** Tools beside the server's own. */
  readonly tools?: Type[];
}

class Wrapper {}

/** The tenant's machine-to-machine app, which the server uses too. */
export const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-the-tests',
  resource: 'https://default.logto.app/api',
};

/** The whole service against a tenant of its own, over real HTTP, every part on a port of its own. */
export async function startStack({
  env = {},
  tenant: seeds,
  noManagement,
  fault,
  scopes = [],
  accessTokenTtl = 3600,
  tools = [],
}: StackOptions = {}): Promise<Stack> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({
      indicator: origin + path,
      scopes,
      accessTokenTtl,
    })),
    management: MANAGEMENT,
    ...seeds,
  });
  const logto = await startChaosProxy(tenant.endpoint);
  if (fault !== undefined) logto.fault = fault;
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: origin,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: tenant.endpoint,
    LOGTO_INTERNAL_ENDPOINT: logto.origin,
    LOGTO_TIMEOUT_MS: '1000',
    ...(noManagement !== true && {
      LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
      LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    }),
    ...env,
  });
  const app = await createApp(config, {
    module: Wrapper,
    imports: [AppModule.forRoot(config)],
    providers: tools,
  });
  await app.listen(port, '127.0.0.1');
  return {
    origin,
    app,
    tenant,
    logto,
    close: async () => {
      await app.close();
      await logto.close();
      await tenant.close();
    },
  };
}
