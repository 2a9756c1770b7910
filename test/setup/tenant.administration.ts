import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/index.js';
import { type DevTenantOptions, startDevTenant } from '../../src/dev-tenant/index.js';
import { LogtoDiscovery, ManagementToken, TenantClient } from '../../src/logto/index.js';
import { desiredTenant, readArguments, setUp } from '../../src/setup/index.js';
import { startBentProxy } from '../support/bent.proxy.js';

export const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-the-tests',
  resource: 'https://default.logto.app/api',
};

export const RESOURCES = ['https://mcp.test/mcp', 'https://mcp.test/mcp/sse'];

/** A tenant for one test, the way to it through a proxy, and its administrator. */
export async function administered(options: DevTenantOptions = {}) {
  const tenant = await startDevTenant({ management: MANAGEMENT, ...options });
  const proxy = await startBentProxy(tenant.endpoint);
  onTestFinished(async () => {
    await proxy.close();
    await tenant.close();
  });
  const config = readConfig({
    NODE_ENV: 'test',
    LOGTO_ENDPOINT: tenant.endpoint,
    LOGTO_INTERNAL_ENDPOINT: proxy.origin,
    LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
    LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
  });
  const discovery = new LogtoDiscovery(config);
  await discovery.refresh();
  const client = new TenantClient(config, new ManagementToken(config, discovery));
  /** `npm run setup -- <argv>`, for tools that declare these scopes. */
  const run = (argv: readonly string[] = [], declared: readonly string[] = ['mail:read', 'mail:send']) => {
    const args = readArguments(argv);
    return setUp(client, desiredTenant(config, args, RESOURCES, declared), args);
  };
  return { tenant, proxy, client, run };
}
