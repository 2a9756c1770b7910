import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../config/index.js';
import { type AppFixture, type Call, startApp } from './testing/app.fixture.js';
import { PUBLIC_URL, WITH_CREDENTIALS } from './testing/config.fixture.js';
import { LogtoFixture, type Mood } from './testing/logto.fixture.js';
import { accessToken, signingKey } from './testing/signing.fixture.js';

const MCP = `${PUBLIC_URL}/mcp`;
const SSE = `${MCP}/sse`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const metadataOf = (path: string) =>
  `resource_metadata="${PUBLIC_URL}/.well-known/oauth-protected-resource${path}"`;
const SCOPE = 'scope="openid profile email"';
const BARE = `Bearer ${SCOPE}, ${metadataOf('/mcp')}`;
const invalidToken = (description: string, path = '/mcp') =>
  `Bearer error="invalid_token", error_description="${description}", ${SCOPE}, ${metadataOf(path)}`;
const invalidRequest = (description: string) =>
  `Bearer error="invalid_request", error_description="${description}", ${metadataOf('/mcp')}`;
const UNAVAILABLE = {
  error: 'temporarily_unavailable',
  error_description: 'The identity provider cannot be asked at the moment, try again later',
};

let logto: LogtoFixture;
let running: { stop(): Promise<void> }[];

beforeEach(async () => {
  logto = await LogtoFixture.start();
  running = [logto];
});
afterEach(async () => {
  for (const one of running.toReversed()) await one.stop();
});

async function app(environment: Environment = {}, options = {}, tenant = logto): Promise<AppFixture> {
  const started = await startApp(tenant, environment, options);
  running.push(started);
  return started;
}

/** Status, challenge and body: what a client decides by. */
async function outcome(server: AppFixture, call: Call = {}) {
  const { status, headers, body } = await server.call(call);
  return { status, challenge: headers['www-authenticate'], body };
}

describe('a request without a usable credential', () => {
  it.each<[string, Call]>([
    ['[row 26] no Authorization', {}],
    ['[row 27] another scheme', { headers: { authorization: 'Basic YTpi' } }],
    [
      '[row 95] names that are nearly right',
      { headers: { authorization_: 'Bearer x', 'x-original-url': '/open' } },
    ],
    ['[row 95] a probe of Kubernetes', { headers: { 'user-agent': 'kube-probe/1.30' } }],
  ])('gets a bare challenge for %s', async (_, call) => {
    const { status, headers, body } = await (await app()).call(call);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe(BARE);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      error_description: 'Unauthorized: Send an access token in the Authorization header',
    });
  });

  const malformed = 'The Authorization header is malformed';
  const headerOnly = 'Access tokens are accepted in the Authorization header only';
  it.each<[string, Call, string]>([
    ['[row 28] two words', { headers: { authorization: 'Bearer a b' } }, malformed],
    ['[row 28] two spaces', { headers: { authorization: 'Bearer  a' } }, malformed],
    ['[row 28] a tab', { headers: { authorization: 'Bearer\ta' } }, malformed],
    ['[row 28] a list', { headers: { authorization: 'Bearer t, Bearer t2' } }, malformed],
    ['[row 28] no token', { headers: { authorization: 'Bearer ' } }, malformed],
    [
      '[row 29] two headers',
      { headers: { authorization: ['Bearer a', 'Bearer b'] } },
      'Send one Authorization header',
    ],
    ['[row 30] a query', { path: '/mcp?access_token=canary' }, headerOnly],
    ['[row 30] a form', { method: 'POST', headers: FORM, body: 'access_token=canary' }, headerOnly],
    ['[row 31] header and query', { token: 'good', path: '/mcp?access_token=canary' }, headerOnly],
  ])('is told what is wrong with %s', async (_, call, description) => {
    const server = await app();
    logto.grant('good');
    const error = { error: 'invalid_request', error_description: description };
    expect(await outcome(server, call)).toEqual({
      status: 400,
      challenge: invalidRequest(description),
      body: error,
    });
    expect(logto.calls.userinfo).toBe(0);
  });

  it('[row 30] is told so too when something has read the form before', async () => {
    const server = await app({}, { bodyParser: true });
    logto.grant('good');
    const form = { method: 'POST', headers: FORM, body: 'access_token=good' };
    expect((await server.call(form)).status).toBe(400);
    expect((await server.call({ ...form, token: 'good' })).status).toBe(400);
  });

  it('cannot bring its token in a JSON body', async () => {
    const server = await app({}, { bodyParser: true });
    logto.grant('good');
    const json = { 'content-type': 'application/json' };
    const call = { method: 'POST', headers: json, body: '{"access_token":"good"}' };
    expect(await outcome(server, call)).toMatchObject({ status: 401, challenge: BARE });
  });
});

describe('a token', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('[row 27] is accepted behind %s', async (scheme) => {
    const server = await app();
    logto.grant('good');
    expect((await server.call({ headers: { authorization: `${scheme} good` } })).status).toBe(200);
  });

  it('that Logto does not know is 401, not 500', async () => {
    const description = 'The access token is not active';
    expect(await outcome(await app(), { token: 'unknown' })).toEqual({
      status: 401,
      challenge: invalidToken(description),
      body: { error: 'invalid_token', error_description: `Unauthorized: ${description}` },
    });
  });

  it('of a user is accepted, opaque or JWT, and what is behind the guard never sees it', async () => {
    const server = await app();
    const opaque = await server.call({ token: logto.grant('opaque-good') });
    expect(opaque.body).toEqual({
      token: '',
      issuer: logto.issuer,
      subject: 'alice',
      clientId: '',
      scopes: [],
      claims: { sub: 'alice', name: null, email: 'alice@example.com' },
    });
    const jwt = await server.call({ token: await logto.jwt(MCP, { claims: { scope: 'mail:read' } }) });
    expect(jwt.body).toMatchObject({ token: '', subject: 'alice', clientId: 'agent', scopes: ['mail:read'] });
  });

  it('without openid asks for openid', async () => {
    const server = await app();
    const description = 'This call needs the scope: openid';
    expect(await outcome(server, { token: logto.grant('poor', { scope: 'profile' }) })).toEqual({
      status: 403,
      challenge: `Bearer error="insufficient_scope", error_description="${description}", scope="openid", ${metadataOf('/mcp')}`,
      body: { error: 'insufficient_scope', error_description: description, scope: 'openid' },
    });
  });

  it('[row 48] of a kind that the mode excludes is 401', async () => {
    logto.grant('opaque');
    const jwtOnly = await app({ AUTH_TOKEN_MODE: 'jwt' });
    expect((await jwtOnly.call({ token: 'opaque' })).status).toBe(401);
    expect((await jwtOnly.call({ token: await logto.jwt(MCP) })).status).toBe(200);
    const opaqueOnly = await app({ AUTH_TOKEN_MODE: 'userinfo' });
    expect((await opaqueOnly.call({ token: 'opaque' })).status).toBe(200);
    expect((await opaqueOnly.call({ token: await logto.jwt(MCP) })).status).toBe(401);
  });
});

describe('a JWT is good for one endpoint only', () => {
  const other = 'The access token was issued for another resource';
  it.each([
    ['/mcp', MCP, 200],
    ['/mcp', SSE, 401],
    ['/mcp', [SSE, MCP], 200],
    ['/mcp/sse', SSE, 200],
    ['/mcp/sse', MCP, 401],
    ['/unlisted', MCP, 200],
    ['/unlisted', SSE, 401],
    // What Express matches to the same route is the same endpoint.
    ['/MCP/SSE', MCP, 401],
    ['/mcp/sse/', MCP, 401],
    ['/mcp/%73se', MCP, 404],
    ['/mcp/sse?x=/mcp', MCP, 401],
    ['/MCP/SSE', SSE, 200],
  ])('[row 39] %s with audience %s: %i', async (path, aud, expected) => {
    const { status } = await (await app()).call({ path, token: await logto.jwt(MCP, { claims: { aud } }) });
    expect(status).toBe(expected);
  });

  it('and the challenge names the metadata of the endpoint that was asked for', async () => {
    const server = await app();
    const call = { method: 'POST', path: '/mcp/messages', token: await logto.jwt(MCP) };
    expect(await outcome(server, call)).toMatchObject({
      status: 401,
      challenge: invalidToken(other, '/mcp/sse'),
    });
    expect((await server.call({ ...call, token: await logto.jwt(SSE) })).status).toBe(200);
  });

  it('and a verdict from the cache is held against the endpoint again', async () => {
    const server = await app();
    const token = await logto.jwt(MCP);
    expect((await server.call({ token })).status).toBe(200);
    expect((await server.call({ token, path: '/mcp/sse' })).status).toBe(401);
    expect((await server.call({ token })).status).toBe(200);
  });
});

describe('the guard', () => {
  it('leaves public routes open and everything else closed', async () => {
    const server = await app();
    expect(await outcome(server, { path: '/open' })).toMatchObject({ status: 200, body: { auth: null } });
    expect(await outcome(server, { path: '/unlisted' })).toMatchObject({ status: 401, challenge: BARE });
    expect((await server.call({ path: '/nowhere' })).status).toBe(404);
  });

  it('[row 94] builds the challenge from configuration, whatever a proxy header says', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    expect(await outcome(await app(), { headers })).toMatchObject({ status: 401, challenge: BARE });
  });

  it('[row 46] [row 47] asks for every scope of an operation at once, and for those that the client has', async () => {
    const token = await logto.jwt(MCP, { claims: { scope: 'greet:write' } });
    const description = 'This call needs the scope: mail:read mail:send';
    const scope = 'openid profile email greet:write mail:read mail:send';
    expect(await outcome(await app(), { path: '/mcp/step-up', token })).toEqual({
      status: 403,
      challenge: `Bearer error="insufficient_scope", error_description="${description}", scope="${scope}", ${metadataOf('/mcp')}`,
      body: { error: 'insufficient_scope', error_description: description, scope },
    });
  });

  it("says mcp-auth's other refusals in the words of RFC 6750", async () => {
    const description = 'The access token is not accepted';
    expect(await outcome(await app(), { path: '/mcp/foreign', token: logto.grant('good') })).toEqual({
      status: 401,
      challenge: invalidToken(description),
      body: { error: 'invalid_token', error_description: `Unauthorized: ${description}` },
    });
  });

  it('does not name offline_access, which is for the client to want', async () => {
    const server = await app({ AUTH_SCOPES: 'openid offline_access' });
    expect((await outcome(server)).challenge).toBe(`Bearer scope="openid", ${metadataOf('/mcp')}`);
  });

  it('cuts off an answer that has begun', async () => {
    const server = await app();
    const begun = server.call({ path: '/mcp/begun', token: logto.grant('good') });
    await expect(begun).rejects.toHaveProperty('code', 'ECONNRESET');
    expect((await server.call({ token: 'good' })).status).toBe(200);
  });

  it('gives requests that wait at the same time each its own user', async () => {
    const server = await app();
    const users = Array.from({ length: 20 }, (_, at) => `user-${at}`);
    for (const sub of users) logto.grant(`token-${sub}`, { sub });
    const answers = await Promise.all(users.map((sub) => server.call({ token: `token-${sub}` })));
    expect(answers.map(({ body }) => body)).toMatchObject(users.map((subject) => ({ subject })));
  });

  it('keeps two applications in one process apart', async () => {
    const tenant = await LogtoFixture.start();
    running.push(tenant);
    const first = await app();
    const second = await app({}, {}, tenant);
    logto.grant('of-the-first');
    tenant.grant('of-the-second');
    expect((await first.call({ token: 'of-the-first' })).status).toBe(200);
    expect((await first.call({ token: 'of-the-second' })).status).toBe(401);
    expect((await second.call({ token: 'of-the-second' })).status).toBe(200);
    expect((await second.call({ token: 'of-the-first' })).status).toBe(401);
  });

  it('warns at the start that opaque tokens are accepted from every client, once', async () => {
    const warnings = ({ log }: AppFixture) =>
      log.lines.filter((line) => line.includes('auth.unbound_tokens'));
    expect(warnings(await app())).toHaveLength(1);
    expect(warnings(await app({ AUTH_TOKEN_MODE: 'jwt' }))).toEqual([]);
  });

  it('[row 52] repeats no token in any answer or log line, and sends it to Logto alone', async () => {
    const server = await app(WITH_CREDENTIALS);
    const canary = 'canary-0123456789';
    const good = logto.grant(`${canary}-good`);
    const jwt = await logto.jwt(MCP);
    const calls: Call[] = [
      { token: canary },
      { token: good },
      { token: `${canary}.b.c` },
      { token: `${jwt}x` },
      { path: `/mcp?access_token=${canary}` },
      { headers: { authorization: `Bearer ${canary} x` } },
      { headers: { authorization: `Basic ${canary}` } },
    ];
    const answers = [];
    for (const call of calls) answers.push(await server.call(call));
    logto.mood = 'dead';
    answers.push(await server.call({ token: `${canary}-late` }));
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 401, 401, 400, 400, 401, 503]);
    const said = JSON.stringify([answers, server.log.lines]);
    expect(said).not.toContain(canary);
    expect(said).not.toContain(jwt.split('.')[2]);
    expect(logto.seen.some((line) => line.includes(good))).toBe(true);
  });
});

describe('when Logto is in trouble', () => {
  it.each<Mood>(['dead', 'failing', 'html', 'slow', 'limiting'])(
    '[row 49] [row 100] a new token is 503 with Retry-After, never 401, while Logto is %s',
    async (mood) => {
      const server = await app();
      logto.grant('good');
      logto.mood = mood;
      const { status, headers, body } = await server.call({ token: 'good' });
      expect({ status, body }).toEqual({ status: 503, body: UNAVAILABLE });
      expect(headers['retry-after']).toBe('5');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['www-authenticate']).toBeUndefined();
      logto.mood = 'well';
      expect((await server.call({ token: 'good' })).status).toBe(200);
    },
  );

  it('[row 100] tokens that are known, and JWTs of known keys, stay good', async () => {
    const server = await app();
    logto.grant('good');
    expect((await server.call({ token: 'good' })).status).toBe(200);
    logto.mood = 'dead';
    expect((await server.call({ token: 'good' })).status).toBe(200);
    expect((await server.call({ token: await logto.jwt(MCP) })).status).toBe(200);
    const unknownKey = await accessToken(await signingKey('key-2'), logto.issuer, MCP);
    expect((await server.call({ token: unknownKey })).status).toBe(503);
  });

  it('[row 100] the server starts, and says of every token that it cannot check yet', async () => {
    logto.mood = 'dead';
    const server = await app();
    expect((await server.call({ token: 'opaque' })).status).toBe(503);
    expect((await server.call({ token: await logto.jwt(MCP) })).status).toBe(503);
    expect(await outcome(server)).toMatchObject({ status: 401, challenge: BARE });
  });
});

describe('calls to Logto', () => {
  it('[row 102] are two for fifty cold requests with one token, and none for fifty warm ones', async () => {
    const server = await app(WITH_CREDENTIALS);
    logto.grant('good');
    const fifty = async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => server.call({ token: 'good' })));
      return new Set(answers.map(({ status }) => status));
    };
    expect(await fifty()).toEqual(new Set([200]));
    expect(logto.calls).toMatchObject({ introspection: 1, userinfo: 1 });
    expect(await fifty()).toEqual(new Set([200]));
    expect(logto.calls).toMatchObject({ introspection: 1, userinfo: 1 });
  });

  it('are not repeated for a token that was just refused', async () => {
    const server = await app();
    for (let at = 0; at < 20; at += 1) expect((await server.call({ token: 'unknown' })).status).toBe(401);
    expect(logto.calls.userinfo).toBe(1);
  });

  it('[row 51] see a revoked token as soon as its time in the cache is over', async () => {
    const [cached, uncached] = [await app(), await app({ AUTH_CACHE_SECONDS: '0' })];
    logto.grant('good');
    for (const server of [cached, uncached]) expect((await server.call({ token: 'good' })).status).toBe(200);
    logto.opaque.delete('good');
    expect((await cached.call({ token: 'good' })).status).toBe(200);
    expect((await uncached.call({ token: 'good' })).status).toBe(401);
  });

  it('[row 49] let only listed clients in', async () => {
    const server = await app({ ...WITH_CREDENTIALS, AUTH_ALLOWED_CLIENTS: 'agent' });
    const refused = (description: string) => ({
      status: 401,
      challenge: invalidToken(description),
      body: { error: 'invalid_token', error_description: `Unauthorized: ${description}` },
    });
    expect((await server.call({ token: logto.grant('a') })).status).toBe(200);
    expect(await outcome(server, { token: logto.grant('b', { clientId: 'spa' }) })).toEqual(
      refused('The access token was issued to a client that is not accepted here'),
    );
    expect(await outcome(server, { token: 'inactive' })).toEqual(refused('The access token is not active'));
  });

  it('[row 49] [row 101] believe no answer about somebody else, or about nobody', async () => {
    const server = await app(WITH_CREDENTIALS);
    const refused = (description: string) => ({
      status: 401,
      challenge: invalidToken(description),
      body: { error: 'invalid_token', error_description: `Unauthorized: ${description}` },
    });
    expect(await outcome(server, { token: logto.grant('a', { claims: { sub: 'bob' } }) })).toEqual(
      refused('The access token belongs to two users'),
    );
    expect(await outcome(server, { token: logto.grant('b', { claims: { name: 'Alice' } }) })).toEqual(
      refused('The access token is not active'),
    );
  });

  it('[row 101] hand on claims as the data that they are, whatever is in them', async () => {
    const server = await app();
    const claims = { sub: 'alice', name: '<script>alert(1)</script>', picture: 'javascript:alert(1)' };
    const { status, headers, body } = await server.call({ token: logto.grant('good', { claims }) });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toMatchObject({ claims });
  });

  it('[row 99] [row 101] do not read ten megabytes of claims: 503, for that is no verdict', async () => {
    const server = await app({ LOGTO_TIMEOUT_MS: '3000' });
    const claims = { sub: 'alice', custom_data: 'x'.repeat(10 * 1024 * 1024) };
    const { status, headers, body } = await server.call({ token: logto.grant('good', { claims }) });
    expect({ status, body }).toEqual({ status: 503, body: UNAVAILABLE });
    expect(headers['retry-after']).toBe('5');
  });
});
