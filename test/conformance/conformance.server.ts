import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import { type DevTenant, obtainTokens, startDevTenant } from '../../src/dev-tenant/index.js';
import { CONFORMANCE_FIXTURES } from './fixtures/conformance.fixtures.js';
import { startHeaderProxy } from './header.proxy.js';

export interface ConformanceServer {
  /** The server's public URL, where a proxy adds the token of callers that have none. */
  readonly origin: string;
  readonly tenant: DevTenant;
  /** An access token of a signed-in user that is good for every endpoint. */
  readonly token: string;
  close(): Promise<void>;
}

/** The root module of the server under test: the whole service, and the fixtures beside it. */
class ConformanceModule {}

/** The service as it is deployed, authentication and all, with the fixtures of the official suites. */
export async function startConformanceServer(): Promise<ConformanceServer> {
  const proxy = await startHeaderProxy();
  const indicator = `${proxy.origin}/mcp`;
  const tenant = await startDevTenant({ resources: [{ indicator }] });
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: proxy.origin,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: tenant.endpoint,
  });
  const app = await createApp(config, {
    module: ConformanceModule,
    imports: [AppModule.forRoot(config)],
    providers: CONFORMANCE_FIXTURES,
  });
  await app.listen(0, '127.0.0.1');
  const bound = await obtainTokens(tenant.issuer, { resource: indicator });
  const opaque = await obtainTokens(tenant.issuer, {});
  proxy.forward(await app.getUrl(), bound.access_token);
  return {
    origin: proxy.origin,
    tenant,
    token: opaque.access_token,
    close: async () => {
      await proxy.close();
      await app.close();
      await tenant.close();
    },
  };
}
