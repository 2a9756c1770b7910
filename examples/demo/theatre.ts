import { randomBytes } from 'node:crypto';
import { startDevTenant } from '../../src/dev-tenant/index.js';
import { freePort } from './free.port.js';
import { alice } from './played.user.js';
import type { Stage } from './scene.evidence.js';
import { ServerProcess } from './server.process.js';

/** Starts the tenant and the server, and stops whatever of them has been started. */
export class Theatre {
  private readonly closers: (() => Promise<void>)[] = [];
  private server?: ServerProcess;

  async open(): Promise<Stage> {
    const publicUrl = `http://localhost:${await freePort()}`;
    const management = {
      clientId: 'mcp-server',
      clientSecret: randomBytes(24).toString('base64url'),
      resource: 'https://default.logto.app/api',
    };
    const tenant = await startDevTenant({
      // Each URL that a client connects to is an API resource of its own, byte for byte.
      resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: publicUrl + path })),
      management,
      environment: process.env['NODE_ENV'] ?? 'development',
    });
    this.closers.push(() => tenant.close());

    this.server = ServerProcess.start({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: new URL(publicUrl).port,
      PUBLIC_URL: publicUrl,
      LOGTO_ENDPOINT: tenant.endpoint,
      LOGTO_INTERNAL_ENDPOINT: '',
      LOGTO_MANAGEMENT_CLIENT_ID: management.clientId,
      LOGTO_MANAGEMENT_CLIENT_SECRET: management.clientSecret,
      LOGTO_MANAGEMENT_RESOURCE: management.resource,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
    });
    const { server } = this;
    this.closers.push(() => server.stop());
    await server.ready(publicUrl);

    const user = tenant.users.find(({ username }) => username === alice.username);
    if (user === undefined) throw new Error('The tenant does not know alice');
    return { publicUrl, issuer: tenant.issuer, user };
  }

  get serverLog(): string {
    return this.server?.log ?? '';
  }

  /** The server first: it must not see its Logto go. */
  async close(): Promise<void> {
    for (const close of this.closers.splice(0).toReversed()) await close();
  }
}
