import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODERN_META } from '../support/raw.js';
import { type EdgeStack, ProbeTool, startEdge } from './edge.stack.js';
import { http, talk, type WireAnswer } from './raw.socket.js';

const APP = 'https://app.example';
const METADATA = '/.well-known/oauth-protected-resource/mcp';
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'probe', arguments: {}, _meta: MODERN_META },
});
let edge: EdgeStack;

beforeAll(async () => {
  edge = await startEdge({ ALLOWED_ORIGINS: APP, ALLOWED_HOSTS: 'mcp.internal' });
});
afterAll(() => edge.close());

const json = (text = ''): unknown => JSON.parse(text);

/** A request with these headers alone, besides a Host that is right unless they say otherwise. */
async function request(line: string, headers: Readonly<Record<string, string>> = {}): Promise<WireAnswer> {
  const all = Object.entries({ Host: edge.authority, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const { answers } = await talk(edge.origin, http(`${line} HTTP/1.1`, ...all));
  const [answer] = answers;
  if (answer === undefined) throw new Error('No answer');
  return answer;
}

async function call(headers: Readonly<Record<string, string>> = {}, token = edge.token): Promise<WireAnswer> {
  const all = Object.entries({
    Host: edge.authority,
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'Content-Length': String(BODY.length),
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'probe',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const { answers } = await talk(edge.origin, http('POST /mcp HTTP/1.1', ...all) + BODY);
  const [answer] = answers;
  if (answer === undefined) throw new Error('No answer');
  return answer;
}

describe('the Origin of a page', () => {
  const FOREIGN = [
    'https://evil.example',
    'null',
    `${APP}.evil.example`,
    'https://app.example@evil.example',
    `${APP}:8443`,
    'http://app.example',
    'https://APP.example',
    'https://xn--pp-eka.example',
    `${APP}/`,
    `${APP}, https://evil.example`,
    '',
  ];

  it.each(FOREIGN)('[row 90] "%s" is refused as 403, before the token is looked at', async (origin) => {
    const before = ProbeTool.runs;
    const { status, body, headers } = await call({ Origin: origin }, 'not-a-token');
    expect(status).toBe(403);
    expect(json(body)).toEqual({
      error: 'forbidden_origin',
      error_description: 'This Origin is not allowed',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await call({ Origin: origin })).status).toBe(403);
    expect(ProbeTool.runs).toBe(before);
  });

  it.each(['GET /health/live', 'GET /health/ready', 'GET /sse', 'GET /nowhere', 'OPTIONS /mcp'])(
    '[row 90] of another site gets no further at %s either',
    async (line) => {
      expect((await request(line, { Origin: 'https://evil.example' })).status).toBe(403);
    },
  );

  it('[row 90] counts for nothing at the metadata, which are for everybody', async () => {
    const { status, headers } = await request(`GET ${METADATA}`, { Origin: 'https://evil.example' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('[row 91] is not needed: programs send none', async () => {
    const { status, headers } = await call();
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([() => APP, () => edge.origin])('is answered with itself when it is allowed', async (origin) => {
    const { status, headers } = await call({ Origin: origin() });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(origin());
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['vary']).toMatch(/\bOrigin\b/);
  });
});

describe('the Host of a request', () => {
  const PATHS = ['/mcp', '/sse', '/health/live', '/health/ready', METADATA, '/nowhere'];

  it.each(PATHS)('[row 92] that is a foreign name is refused as 421 at %s', async (path) => {
    for (const host of [
      'evil.example',
      `evil.example:${new URL(edge.origin).port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '127.1',
      '2130706433',
      '0x7f.0.0.1',
      'foo.localhost',
    ]) {
      const { status, body } = await request(`GET ${path}`, { Host: host });
      expect({ host, status }).toEqual({ host, status: 421 });
      expect(json(body)).toHaveProperty('error', 'misdirected_request');
    }
  });

  it.each([
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:3000',
    '10.1.2.3',
    '[::1]:3000',
    '[fe80::1]',
    'mcp.internal',
    'MCP.Internal:8080',
  ])('[row 92] may be %s: our names and any address', async (host) => {
    expect((await request('GET /health/live', { Host: host })).status).toBe(200);
  });
});

describe('a preflight', () => {
  const asked = {
    Origin: APP,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers':
      'authorization,content-type,mcp-protocol-version,mcp-param-region,x-evil,mcp-param-a b',
  };

  it('[row 93] needs no token, and names the exact origin', async () => {
    const { status, headers, body } = await request('OPTIONS /mcp', asked);
    expect({ status, body }).toEqual({ status: 204, body: '' });
    expect(headers['access-control-allow-origin']).toBe(APP);
    expect(headers['vary']).toMatch(/\bOrigin\b/);
    expect(headers['www-authenticate']).toBeUndefined();
    expect(headers['access-control-allow-methods']).toBe('GET,POST,DELETE');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('[row 93] allows the headers of MCP, header parameters among them, and no others', async () => {
    const { headers } = await request('OPTIONS /mcp', asked);
    const allowed = (headers['access-control-allow-headers'] ?? '').toLowerCase().split(',');
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'mcp-session-id',
        'mcp-protocol-version',
        'mcp-method',
        'mcp-name',
        'last-event-id',
        'mcp-param-region',
      ]),
    );
    expect(allowed).not.toContain('x-evil');
    expect(allowed.filter((name) => /[^a-z-]/.test(name))).toEqual([]);
  });

  it('[row 93] of the metadata is open to every origin', async () => {
    const { status, headers } = await request(`OPTIONS ${METADATA}`, {
      ...asked,
      Origin: 'https://any.example',
      'Access-Control-Request-Method': 'GET',
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  it('costs the same however the list of wanted headers is padded', async () => {
    const padded = `a${' '.repeat(15_000)}b`;
    const began = performance.now();
    for (let n = 0; n < 20; n += 1) await call({ Origin: APP, 'Access-Control-Request-Headers': padded });
    // A pattern that tries every space against every other one needed 0.2 s for each.
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it('lets the page read what a client needs of an answer', async () => {
    const { headers } = await call({ Origin: APP });
    const exposed = headers['access-control-expose-headers']?.split(',');
    const needed = ['Mcp-Session-Id', 'MCP-Protocol-Version', 'WWW-Authenticate', 'Retry-After'];
    expect(exposed).toEqual(expect.arrayContaining(needed));
  });
});

describe('what a proxy would say', () => {
  const FORWARDED = {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Port': '444',
    'X-Forwarded-Prefix': '/evil',
    Forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
  };

  it('[row 94] changes no challenge and no metadata: URLs come from the configuration', async () => {
    const plain = await request('POST /mcp');
    const forwarded = await request('POST /mcp', FORWARDED);
    expect(forwarded.headers['www-authenticate']).toBe(plain.headers['www-authenticate']);
    expect(forwarded.headers['www-authenticate']).toContain(`${edge.origin}${METADATA}`);
    expect((await request(`GET ${METADATA}`, FORWARDED)).body).toBe((await request(`GET ${METADATA}`)).body);
  });

  it('[row 94] does not excuse a foreign Host, nor spoil one of ours', async () => {
    const excuse = { Host: 'evil.example', 'X-Forwarded-Host': edge.authority };
    expect((await request('GET /health/live', excuse)).status).toBe(421);
    expect((await request('GET /health/live', FORWARDED)).status).toBe(200);
  });

  it.each<Readonly<Record<string, string>>>([
    { 'User-Agent': 'kube-probe/1.31' },
    { 'X-Original-URL': '/health/live' },
    { 'X-Rewrite-URL': '/health/live' },
    { 'X-HTTP-Method-Override': 'GET' },
    { 'X-Forwarded-Uri': '/health/live' },
    { 'X-Forwarded-User': 'alice', 'X-Remote-User': 'alice' },
  ])('[row 95] opens nothing: %j', async (headers) => {
    expect((await request('POST /mcp', headers)).status).toBe(401);
  });

  it.each(['authorization_', 'Authorization-', 'X-Authorization', 'Proxy-Authorization', 'authorization.'])(
    '[row 95] is no Authorization as %s',
    async (name) => {
      expect((await request('POST /mcp', { [name]: `Bearer ${edge.token}` })).status).toBe(401);
    },
  );
});
