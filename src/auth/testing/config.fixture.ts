import { type Config, type Environment, readConfig } from '../../config/index.js';
import { type ProtectedResource, ProtectedResources } from '../protected.resources.js';
import type { LogtoFixture } from './logto.fixture.js';

export const PUBLIC_URL = 'http://localhost:3000';

/** Credentials of a machine-to-machine app, with which opaque tokens are introspected. */
export const WITH_CREDENTIALS: Environment = {
  LOGTO_MANAGEMENT_CLIENT_ID: 'machine',
  LOGTO_MANAGEMENT_CLIENT_SECRET: 'machine-secret',
};

export const configFor = (logto: LogtoFixture, environment: Environment = {}): Config =>
  readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL,
    LOGTO_ENDPOINT: logto.endpoint,
    LOGTO_TIMEOUT_MS: '300',
    ...environment,
  });

export const RESOURCES: readonly ProtectedResource[] = [
  { path: '/mcp', routes: ['/mcp'] },
  { path: '/mcp/sse', routes: ['/mcp/sse', '/mcp/messages'] },
];

export const resources = (): ProtectedResources => new ProtectedResources(PUBLIC_URL, RESOURCES);
