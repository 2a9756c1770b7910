import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { Logger } from '@nestjs/common';
import { DEV_APPLICATIONS, DEV_USERS } from './dev.seeds.js';
import { DevTenantError } from './dev.tenant.error.js';
import type { DevApplication, DevTenantOptions, DevUser } from './dev.tenant.options.js';
import { edgeRouter } from './edge/edge.router.js';
import { TenantDirectory } from './directory/tenant.directory.js';
import { experienceRouter } from './experience/experience.router.js';
import { managementRouter } from './management/management.router.js';
import { ExchangeLog } from './oidc/exchange.log.js';
import { MemoryStore } from './oidc/memory.store.js';
import { createProvider, createSigningKey } from './oidc/provider.factory.js';
import { loadOidcLibrary } from './oidc/provider.library.js';

const LOOPBACK = '127.0.0.1';
const DEFAULT_SCOPE = ['openid', 'profile', 'email'];

const logger = new Logger('DevTenant');

/** A running tenant. The class is also its injection token. */
export abstract class DevTenant {
  /** `http://localhost:<port>`, or what the options say */
  abstract readonly endpoint: string;
  /** `<endpoint>/oidc`, fixed; the endpoint URLs of the discovery document follow the request's Host header. */
  abstract readonly issuer: string;
  abstract readonly users: readonly DevUser[];
  abstract readonly applications: readonly DevApplication[];
  abstract close(): Promise<void>;
}

/**
 * Starts a stand-in for a Logto tenant: in memory, on the loopback interface only.
 * @throws {DevTenantError} in production, before anything listens, or when the port is taken
 */
export async function startDevTenant(options: DevTenantOptions): Promise<DevTenant> {
  if (options.environment === 'production') {
    const message = 'The development tenant must not run in production. Set LOGTO_ENDPOINT to a real tenant.';
    throw new DevTenantError('dev_tenant_in_production', message);
  }
  const library = await loadOidcLibrary();
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const endpoint = options.publicEndpoint ?? `http://localhost:${port}`;
  const issuer = `${endpoint}/oidc`;
  try {
    const directory = new TenantDirectory(options, Date.now());
    const store = new MemoryStore();
    const signingKey = await createSigningKey();
    const exchanges = new ExchangeLog();
    const provider = createProvider(library, issuer, directory, store, signingKey, options.fetchDocument);
    exchanges.listen(provider);
    const app = express();
    app.disable('x-powered-by');
    const { serverMetadata, defaultScope = DEFAULT_SCOPE } = options;
    if (serverMetadata !== undefined) app.use(edgeRouter({ serverMetadata, defaultScope }));
    app.use('/oidc', provider.callback());
    app.use('/api', managementRouter(directory, store, exchanges, issuer, signingKey));
    app.use(experienceRouter(provider, directory));
    app.use((_req, res) => void res.status(404).type('text/plain').send('Not Found'));
    app.use(lastResort);
    server.on('request', app);
  } catch (error) {
    await close(server);
    throw error;
  }
  return {
    endpoint,
    issuer,
    users: options.users ?? DEV_USERS,
    applications: options.applications ?? DEV_APPLICATIONS,
    close: () => close(server),
  };
}

// Express knows an error handler by its four parameters.
const lastResort: ErrorRequestHandler = (error, _req, res, _next) => {
  logger.error(error);
  res.status(500).type('text/plain').send('Internal Server Error');
};

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `Port ${port} of ${LOOPBACK} cannot be used. Set DEV_TENANT_PORT to another one.`;
      reject(new DevTenantError('dev_tenant_port_taken', message, { cause }));
    });
    // True because a TCP server that listens has an AddressInfo; only pipes have a string.
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
