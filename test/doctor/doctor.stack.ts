import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.js';
import { resourceUrlsOf } from '../../src/app.resources.js';
import { type Config, type Environment, readConfig } from '../../src/config/index.js';
import { type DevTenant, startDevTenant } from '../../src/dev-tenant/index.js';
import { type Diagnosis, examineOwn, examineUrl, readArguments } from '../../src/doctor/index.js';
import { type Answer, type BentProxy, startBentProxy } from '../support/bent.proxy.js';
import { freePort } from '../support/free.port.js';

export const MANAGEMENT = {
  clientId: 'mcp-server',
  clientSecret: 'management-secret-of-the-tests',
  resource: 'https://default.logto.app/api',
};

export const DISCOVERY = '/oidc/.well-known/openid-configuration';
export const PAGE = 'https://app.example';

/** The whole service with a proxy on each of its three ways: to it, to Logto, and its own to Logto. */
export interface DoctorStack {
  /** What agents see of the server. */
  readonly server: BentProxy;
  /** What browsers see of Logto. */
  readonly logto: BentProxy;
  /** What the server sees of Logto. */
  readonly inside: BentProxy;
  readonly tenant: DevTenant;
  /** `npm run doctor -- <argv>` with the server's configuration but for HTTP+SSE, changed in these variables. */
  examine(options?: Examination): Promise<Diagnosis>;
  /** `npm run doctor -- --url <url> <argv>` */
  examineUrl(url: string, argv?: readonly string[], token?: string): Promise<Diagnosis>;
  heal(): void;
  close(): Promise<void>;
}

interface Examination {
  readonly env?: Environment;
  readonly argv?: readonly string[];
  readonly token?: string;
}

export async function startDoctorStack(): Promise<DoctorStack> {
  const port = await freePort();
  const server = await startBentProxy(`http://localhost:${port}`);
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({ indicator: server.origin + path })),
    management: MANAGEMENT,
  });
  const logto = await startBentProxy(tenant.endpoint, { renames: true, always: takesDocuments });
  const inside = await startBentProxy(tenant.endpoint, { renames: logto.origin, always: takesDocuments });
  const env = {
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: server.origin,
    ALLOWED_ORIGINS: PAGE,
    LOG_LEVEL: 'fatal',
    LOGTO_ENDPOINT: logto.origin,
    LOGTO_INTERNAL_ENDPOINT: inside.origin,
    LOGTO_MANAGEMENT_CLIENT_ID: MANAGEMENT.clientId,
    LOGTO_MANAGEMENT_CLIENT_SECRET: MANAGEMENT.clientSecret,
    LIMIT_REQUESTS_PER_ADDRESS: '100000',
    LIMIT_FAILURES_PER_ADDRESS: '100000',
  };
  const app: NestExpressApplication = await createApp(readConfig(env));
  await app.listen(port, '127.0.0.1');
  const proxies = [server, logto, inside];
  return {
    server,
    logto,
    inside,
    tenant,
    examine: ({ env: changes = {}, argv = [], token } = {}) => {
      const config: Config = readConfig({ ...env, MCP_SSE: 'false', ...changes });
      return examineOwn(config, resourceUrlsOf(config), readArguments(argv), token);
    },
    examineUrl: (url, argv = [], token) => examineUrl(url, readArguments(argv), token),
    heal: () => {
      for (const proxy of proxies) proxy.bend = undefined;
    },
    close: async () => {
      await app.close();
      for (const proxy of proxies) await proxy.close();
      await tenant.close();
    },
  };
}

/** What a Logto says that takes client id metadata documents. */
const takesDocuments = (answer: Answer, path: string): Answer =>
  path === DISCOVERY ? withJson(answer, { client_id_metadata_document_supported: true }) : answer;

/** The same answer with another body. */
export function withJson(answer: Answer, change: Readonly<Record<string, unknown>>): Answer {
  const body = JSON.parse(answer.body) as Record<string, unknown>;
  // `undefined` takes a member away.
  return { ...answer, body: JSON.stringify({ ...body, ...change }) };
}

/** The same answer with other headers; an empty one takes a header away. */
export const withHeaders = (answer: Answer, change: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: Object.fromEntries(
    Object.entries({ ...answer.headers, ...change }).filter(([, value]) => value !== ''),
  ),
});

export const html: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>App</h1>' };
