import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free.port.js';
import { ERAS } from '../support/clients.js';
import { registeredApps, startBridge } from './bridge.js';
import { hasNginx, type Nginx, startNginx } from './nginx.process.js';
import { RegisteringAgent } from './registering.agent.js';
import { type Upstream, upstream } from './upstream.js';

const METADATA = '/.well-known/oauth-authorization-server/oidc';

describe.skipIf(!hasNginx())('the edge, in nginx,', () => {
  let logto: Upstream;
  let server: Upstream;
  let nginx: Nginx;

  beforeAll(async () => {
    logto = await upstream('logto', 404);
    server = await upstream('server', 200);
    nginx = await startNginx(await freePort(), {
      server: `http://127.0.0.1:${server.port}`,
      logto: `http://127.0.0.1:${logto.port}`,
    });
  });
  afterEach(() => {
    for (const one of [logto, server]) one.seen.length = 0;
    [logto.status, server.status] = [404, 200];
  });
  afterAll(async () => {
    await nginx.close();
    for (const one of [logto, server]) one.server.close();
  });

  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(nginx.origin + path, { redirect: 'manual', ...init });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  it('asks the server for one document, and tells it nothing of who asks', async () => {
    const headers = {
      cookie: '_session=logto',
      authorization: 'Bearer logto',
      origin: 'https://agent.example',
    };
    expect(await get(METADATA, { headers })).toMatchObject({ status: 200, body: '{"from":"server"}' });
    expect(logto.seen).toEqual([]);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: METADATA, headers: { host: 'localhost' } });
    expect(server.seen[0]?.headers).not.toHaveProperty('cookie');
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([404, 429, 500, 503])('lets Logto answer when the server answers %i', async (status) => {
    server.status = status;
    expect(await get(METADATA)).toMatchObject({ status: 404, body: '{"from":"logto"}' });
    expect(logto.seen.map(({ url }) => url)).toEqual([METADATA]);
  });

  it.each([
    '/oidc/.well-known/openid-configuration',
    `${METADATA}/`,
    `${METADATA}/mcp`,
    '/.well-known/oauth-authorization-server/OIDC',
    '/.well-known/oauth-authorization-server/',
    '/.well-known/oauth-authorization-server/mcp/',
    '/.well-known/oauth-authorization-server/other',
    '/.well-known/oauth-authorization-server/mcp/sse/x',
    '/.well-known/openid-configuration/other',
    '/.well-known/oauth-protected-resource',
    '/register',
    '/register?first_screen=register',
    '/register/password',
    '/mcp',
    '/oidc/auth?client_id=a%2Fb&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&state=%20+&scope=openid',
    '/api/applications?page=1',
    '/nonexistent',
    '/',
  ])('passes %s on to Logto as it came', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: '{"from":"logto"}' });
    expect(logto.seen.map(({ url }) => url)).toEqual([path]);
    expect(server.seen).toEqual([]);
  });

  it.each(
    ['oauth-authorization-server', 'openid-configuration'].flatMap((document) =>
      ['', '/oidc', '/mcp', '/sse', '/mcp/sse'].map((suffix) => `/.well-known/${document}${suffix}`),
    ),
  )('serves the document of the server at %s', async (path) => {
    const preflight = { 'access-control-request-method': 'GET' };
    for (const init of [{}, { method: 'HEAD' }, { method: 'OPTIONS', headers: preflight }]) {
      expect((await get(path, init)).status).toBe(200);
    }
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${METADATA}`,
      `HEAD ${METADATA}`,
      `OPTIONS ${METADATA}`,
    ]);
    expect(logto.seen).toEqual([]);
  });

  it.each([404, 429, 500, 503])(
    "serves Logto's own document to clients that ask nowhere else when the server answers %i",
    async (status) => {
      server.status = status;
      logto.status = 200;
      for (const suffix of ['', '/mcp', '/sse', '/mcp/sse']) {
        expect(await get(`/.well-known/oauth-authorization-server${suffix}`)).toMatchObject({
          status: 200,
          body: '{"from":"logto"}',
        });
      }
      expect(new Set(logto.seen.map(({ url }) => url))).toEqual(
        new Set(['/oidc/.well-known/openid-configuration']),
      );
    },
  );

  it('hands registrations to the server, with the token for it and without the cookies of Logto', async () => {
    server.status = 201;
    const answer = await get('/register', {
      method: 'POST',
      headers: {
        cookie: '_session=logto',
        authorization: 'Bearer initial-access-token',
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.7',
      },
      body: '{"redirect_uris":[]}',
    });
    expect(answer).toMatchObject({ status: 201, body: '{"from":"server"}' });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/register',
      body: '{"redirect_uris":[]}',
      headers: {
        host: 'localhost',
        authorization: 'Bearer initial-access-token',
        'x-forwarded-for': '127.0.0.1',
      },
    });
    expect(server.seen[0]?.headers).not.toHaveProperty('cookie');
    expect(logto.seen).toEqual([]);
  });

  it.each([400, 401, 403, 404, 413, 429, 503])(
    'shows what the server answers to a registration: %i',
    async (status) => {
      server.status = status;
      expect(await get('/register', { method: 'POST', body: '{}' })).toMatchObject({
        status,
        body: '{"from":"server"}',
      });
      expect(logto.seen).toEqual([]);
    },
  );

  it('hands bodies, cookies, statuses and redirects through, and says what the browser asked for', async () => {
    logto.status = 303;
    const answer = await get('/oidc/token', {
      method: 'POST',
      headers: { cookie: 's=1', authorization: 'Basic eA==', 'x-forwarded-proto': 'https' },
      body: 'grant_type=refresh_token',
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('location')).toBe('http://elsewhere.example/x');
    expect(logto.seen[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=refresh_token',
      headers: {
        host: new URL(nginx.origin).host,
        cookie: 's=1',
        authorization: 'Basic eA==',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '127.0.0.1',
      },
    });
    await get('/');
    expect(logto.seen[1]?.headers['x-forwarded-proto']).toBe('http');
  });
});

describe.skipIf(!hasNginx())('when the server behind the edge is down', () => {
  it('Logto answers', async () => {
    const logto = await upstream('logto', 404);
    const nginx = await startNginx(await freePort(), {
      server: `http://127.0.0.1:${await freePort()}`,
      logto: `http://127.0.0.1:${logto.port}`,
    });
    try {
      const response = await fetch(nginx.origin + METADATA);
      expect([response.status, await response.json()]).toEqual([404, { from: 'logto' }]);
    } finally {
      await nginx.close();
      logto.server.close();
    }
  });
});

describe.skipIf(!hasNginx())('behind nginx on the origin of Logto', () => {
  const clients = ERAS.filter(({ era, path }) => path === '/mcp' && /SDK 1\)|SDK 2 auto\)/.test(era));

  it('agents of both SDKs find the registration, sign their user in and call whoami', async () => {
    const [edgePort, tenantPort] = [await freePort(), await freePort()];
    const publicEndpoint = `http://localhost:${edgePort}`;
    const bridge = await startBridge({
      tenant: { port: tenantPort, publicEndpoint },
      env: { LOGTO_INTERNAL_ENDPOINT: `http://localhost:${tenantPort}` },
    });
    const logto = `http://127.0.0.1:${tenantPort}`;
    const nginx = await startNginx(edgePort, {
      server: bridge.origin.replace('localhost', '127.0.0.1'),
      logto,
    });
    try {
      for (const { attempt } of clients) {
        const agent = new RegisteringAgent({ port: 51_001 });
        const first = attempt(bridge.origin, { authProvider: agent });
        await expect(first.connect()).rejects.toThrow(/unauthorized/i);
        expect(agent.authorizationUrl?.origin).toBe(publicEndpoint);
        await first.finishAuth(await agent.letUserSignIn('alice'));
        const client = await attempt(bridge.origin, { authProvider: agent }).connect();
        expect((await client.callTool('whoami')).structured).toMatchObject({ sub: 'alice0000001' });
        await client.close();
      }
      expect(await registeredApps(bridge)).toHaveLength(2);
    } finally {
      await nginx.close();
      await bridge.close();
    }
  });
});
