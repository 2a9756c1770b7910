import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { obtainTokens, startDevTenant } from '../../../src/dev-tenant/index.js';
import { type ChaosProxy, startChaosProxy } from '../../support/chaos.proxy.js';
import { type Identity, type IdentityRequest, MANAGEMENT, PUBLIC_URL } from './identity.js';

let logto: ChaosProxy | undefined;
let issuer = '';

async function start(): Promise<Identity> {
  const tenant = await startDevTenant({
    resources: ['/mcp', '/mcp/sse', '/sse'].map((path) => ({
      indicator: PUBLIC_URL + path,
      accessTokenTtl: 7200,
    })),
    management: MANAGEMENT,
  });
  issuer = tenant.issuer;
  logto = await startChaosProxy(await startQuickUserinfo(tenant.endpoint));
  return { endpoint: tenant.endpoint, issuer, internal: logto.origin };
}

/** Answers the userinfo endpoint from memory, so that it is never the tenant who is measured. */
async function startQuickUserinfo(endpoint: string): Promise<string> {
  const userinfo = new Map<string, Promise<Upstream>>();
  const answerOf = async (req: IncomingMessage): Promise<Upstream> => {
    if (req.url !== '/oidc/me') return ask(endpoint, req);
    const { authorization = '' } = req.headers;
    const known = userinfo.get(authorization) ?? ask(endpoint, req);
    userinfo.set(authorization, known);
    return known;
  };
  const server = createServer((req, res) => {
    answerOf(req).then(
      ({ status, type, text }) => res.writeHead(status, { 'content-type': type }).end(text),
      () => res.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A listening TCP server has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Upstream {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function ask(endpoint: string, req: IncomingMessage): Promise<Upstream> {
  const { method = 'GET', url = '/' } = req;
  const { authorization, 'content-type': type = '' } = req.headers;
  const chunks: Buffer[] = [];
  // Without an encoding set, a request yields Buffers.
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const answer = await fetch(endpoint + url, {
    method,
    headers: { 'content-type': type, ...(authorization !== undefined && { authorization }) },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    text: await answer.text(),
  };
}

/** Signed by the tenant, each of them different. The user signs in once; the other tokens come from refreshes. */
async function tokens(path: string | undefined, count: number): Promise<string[]> {
  const resource: Record<string, string> = path === undefined ? {} : { resource: PUBLIC_URL + path };
  const scope = 'openid profile email offline_access';
  const found: string[] = [];
  // Without the user's consent there and then, no token to refresh with (OpenID Connect Core 11).
  let { access_token: token, refresh_token: refresh } = await obtainTokens(issuer, {
    ...resource,
    scope,
    prompt: 'consent',
  });
  while (found.push(token) < count) {
    const form = {
      grant_type: 'refresh_token',
      client_id: 'smartmail-ai',
      refresh_token: refresh ?? '',
      ...resource,
    };
    const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`The tenant refreshes no token: ${await answer.text()}`);
    // The shape of RFC 6749 section 5.1.
    const grant = (await answer.json()) as { access_token: string; refresh_token?: string };
    [token, refresh] = [grant.access_token, grant.refresh_token ?? refresh];
  }
  return found;
}

async function answer(request: IdentityRequest): Promise<unknown> {
  switch (request.do) {
    case 'start':
      return start();
    case 'tokens':
      return tokens(request.path, request.count);
    case 'delay':
      if (logto !== undefined)
        logto.fault = request.milliseconds === 0 ? 'none' : { delayMs: request.milliseconds };
      return {};
    case 'count': {
      const count = logto?.count('');
      logto?.reset();
      return count;
    }
    default:
      return request satisfies never;
  }
}

process.on('message', (request: IdentityRequest) => {
  answer(request).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
