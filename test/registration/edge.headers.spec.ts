import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free.port.js';
import { hasNginx, type Nginx, startNginx } from './nginx.process.js';
import { type Upstream, upstream } from './upstream.js';

/** What frameworks, proxies and Logto read about a client from a proxy before them. */
const SPOOFED: Readonly<Record<string, string>> = {
  Forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
  'X-Forwarded-For': '203.0.113.7',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Prefix': '/evil',
  'X-Forwarded-Path': '/evil',
  'X-Forwarded-Uri': '/evil',
  'X-Forwarded-Method': 'DELETE',
  'X-Forwarded-Server': 'evil.example',
  'X-Forwarded-Scheme': 'https',
  'X-Forwarded-Protocol': 'https',
  'X-Forwarded-Ssl': 'on',
  'X-Forwarded-By': '203.0.113.7',
  'X-Forwarded': 'for=203.0.113.7',
  'Forwarded-For': '203.0.113.7',
  'X-Original-Forwarded-For': '203.0.113.7',
  'X-Original-Host': 'evil.example',
  'X-Original-URI': '/evil',
  'X-Original-URL': '/evil',
  'X-Original-Method': 'DELETE',
  'X-Rewrite-URL': '/evil',
  'X-Host': 'evil.example',
  'X-Scheme': 'https',
  'X-Url-Scheme': 'https',
  'Front-End-Https': 'on',
  'X-Real-IP': '203.0.113.7',
  'X-Client-IP': '203.0.113.7',
  'X-Cluster-Client-IP': '203.0.113.7',
  'X-Envoy-External-Address': '203.0.113.7',
  'Client-IP': '203.0.113.7',
  'True-Client-IP': '203.0.113.7',
  'CF-Connecting-IP': '203.0.113.7',
  'CF-Connecting-IPv6': '2001:db8::7',
  'Fastly-Client-IP': '203.0.113.7',
  'Fly-Client-IP': '203.0.113.7',
  'X-HTTP-Method': 'DELETE',
  'X-HTTP-Method-Override': 'DELETE',
  'X-Method-Override': 'DELETE',
  'X-Logto-Cf-Country': 'CH',
  'X-Logto-Cf-City': 'Bern',
  'X-Logto-Cf-Latitude': '46.9',
  'X-Logto-Cf-Longitude': '7.4',
  'X-Logto-Cf-Bot-Score': '99',
  'X-Logto-Cf-Bot-Verified': 'true',
};

describe.skipIf(!hasNginx())('the edge', () => {
  let logto: Upstream;
  let server: Upstream;
  let nginx: Nginx;

  beforeAll(async () => {
    logto = await upstream('logto', 200);
    server = await upstream('server', 200);
    nginx = await startNginx(await freePort(), {
      server: `http://127.0.0.1:${server.port}`,
      logto: `http://127.0.0.1:${logto.port}`,
    });
  });
  afterEach(() => {
    for (const one of [logto, server]) one.seen.length = 0;
  });
  afterAll(async () => {
    await nginx.close();
    for (const one of [logto, server]) one.server.close();
  });

  /** Node's own client: `fetch` sends no header twice. */
  const send = (target: string, headers: Record<string, string | string[]>, method = 'GET') =>
    new Promise<void>((resolve, reject) => {
      const { hostname, port } = new URL(nginx.origin);
      request({ hostname, port, path: target, method, headers }, (res) => res.resume().once('end', resolve))
        .once('error', reject)
        .end();
    });

  const PLACES = [
    ['GET', '/oidc/auth?client_id=a&scope=openid', 'logto'],
    ['POST', '/oidc/token', 'logto'],
    ['GET', '/oidc/.well-known/openid-configuration', 'logto'],
    ['GET', '/', 'logto'],
    ['GET', '/register', 'logto'],
    ['POST', '/register', 'server'],
    ['GET', '/.well-known/oauth-authorization-server/oidc', 'server'],
    ['GET', '/.well-known/openid-configuration', 'server'],
  ] as const;

  it.each(PLACES)('passes no header of a proxy on from a client: %s %s', async (method, target, to) => {
    for (const twice of [false, true]) {
      const headers = Object.fromEntries(
        Object.entries(SPOOFED).map(([name, value]) => [name, twice ? [value, value] : value]),
      );
      await send(target, { ...headers, 'X-Forwarded-Proto': 'javascript' }, method);
    }
    const { seen } = to === 'logto' ? logto : server;
    expect(seen).toHaveLength(2);
    for (const { headers } of seen) {
      const spoofed = Object.keys(SPOOFED).filter((name) => name !== 'X-Forwarded-For');
      expect(spoofed.filter((name) => name.toLowerCase() in headers)).toEqual([]);
      expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    }
  });

  it.each([
    'javascript',
    'https, javascript',
    'javascript, https',
    'httpsx',
    'xhttps',
    'https http',
    'https;x',
    '"https"',
    'wss',
    'file',
    '',
  ])('names no scheme but its own when a proxy before it sends %j', async (proto) => {
    await send('/oidc/auth?client_id=a&scope=openid', { 'X-Forwarded-Proto': proto });
    expect(logto.seen[0]?.headers['x-forwarded-proto']).toBe('http');
  });

  it.each([
    ['https', 'https'],
    ['HTTPS', 'https'],
    ['http', 'http'],
  ])('takes %s from a proxy with a private address', async (proto, named) => {
    await send('/', { 'X-Forwarded-Proto': proto });
    expect(logto.seen[0]?.headers['x-forwarded-proto']).toBe(named);
  });

  it('sends each header that it sets once, whatever a client sends', async () => {
    await send('/', {
      'X-Forwarded-For': ['203.0.113.7', '203.0.113.8'],
      'X-Forwarded-Proto': ['https', 'javascript'],
      x_forwarded_host: 'evil.example',
      'X-Forwarded_For': '203.0.113.9',
    });
    const names = (logto.seen[0]?.rawHeaders ?? []).filter((_, at) => at % 2 === 0);
    const forwarded = names.map((name) => name.toLowerCase()).filter((name) => /forwarded/.test(name));
    expect(forwarded.toSorted()).toEqual(['x-forwarded-for', 'x-forwarded-proto']);
    expect(logto.seen[0]?.headers['x-forwarded-proto']).toMatch(/^https?$/);
  });
});

describe.skipIf(!hasNginx())('the edge behind a proxy', () => {
  const withEdge = async (
    replacements: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ) => {
    const logto = await upstream('logto', 200);
    const to = `http://127.0.0.1:${logto.port}`;
    const nginx = await startNginx(await freePort(), { server: to, logto: to }, replacements);
    try {
      await fetch(nginx.origin, { headers });
      return logto.seen[0]?.headers;
    } finally {
      await nginx.close();
      logto.server.close();
    }
  };

  it('at a public address takes nothing from it unless that address is listed', async () => {
    const headers = await withEdge(
      { '127.0.0.0/8 1;': '', '::1/128 1;': '' },
      { 'x-forwarded-proto': 'https' },
    );
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' });
  });

  it('that it names takes the address of the client from it, and none that the client made up', async () => {
    const headers = await withEdge(
      {
        '# set_real_ip_from 192.0.2.10;': 'set_real_ip_from 127.0.0.1;',
        '# real_ip_header': 'real_ip_header',
        '# real_ip_recursive': 'real_ip_recursive',
      },
      { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7, 198.51.100.4' },
    );
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.4' });
  });
});
