import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obtainTokens } from '../../src/dev-tenant/index.js';
import { UnusedSweep } from '../../src/registration/unused.sweep.js';
import { AGENT, type Bridge, manage, registeredApps, startBridge } from './bridge.js';

interface Information {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
}

let bridge: Bridge;

beforeAll(async () => {
  bridge = await startBridge({ scopes: ['notes:read'] });
});
afterAll(() => bridge.close());

// What the bridge answers to a good registration; the first test holds it whole.
const registered = async (metadata: unknown = AGENT): Promise<Information> =>
  (await (await bridge.register(metadata)).json()) as Information;

const call = (method: string, uri: string, token?: string, body?: unknown) =>
  fetch(uri, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const appOf = async (id: string) => (await registeredApps(bridge)).find((app) => app.id === id);

describe('a registration', () => {
  it('is answered with everything that was registered, and is stored nowhere', async () => {
    const response = await bridge.register({ ...AGENT, application_type: 'native' });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body: unknown = await response.json();
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[\da-z]{21}$/),
      client_id_issued_at: expect.any(Number),
      client_name: '(unverified) SmartMail',
      redirect_uris: ['http://127.0.0.1:51234/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      scope: 'openid offline_access profile email notes:read',
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
      registration_client_uri: expect.stringMatching(`^${bridge.origin}/register/[\\da-z]{21}$`),
    });
  });

  it('leaves a hash of its token with the app, and not the token', async () => {
    const { client_id: id, registration_access_token: token } = await registered();
    const app = await appOf(id);
    expect(app?.customData.mcpRegistration).toEqual({
      resource: `${bridge.origin}/mcp`,
      tokenHash: createHash('sha256').update(token).digest('base64url'),
      registeredAt: expect.any(Number),
    });
    expect(JSON.stringify(app)).not.toContain(token);
  });

  it.each([
    ['a program on the user’s machine', { token_endpoint_auth_method: 'none' }, 'Native', 'none'],
    ['one that says nothing of secrets', { token_endpoint_auth_method: undefined }, 'Native', 'none'],
    [
      'an installed app',
      { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] },
      'Native',
      'none',
    ],
    [
      'an editor that has both',
      { redirect_uris: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/'] },
      'Native',
      'none',
    ],
    ['a web page', { redirect_uris: ['https://agent.example/cb'] }, 'SPA', 'none'],
    [
      'a server',
      { redirect_uris: ['https://agent.example/cb'], token_endpoint_auth_method: undefined },
      'Traditional',
      'client_secret_basic',
    ],
    [
      'a server that posts its secret',
      { redirect_uris: ['https://agent.example/cb'], token_endpoint_auth_method: 'client_secret_post' },
      'Traditional',
      'client_secret_basic',
    ],
  ])('of %s becomes the kind of app that Logto has for it', async (_what, change, type, method) => {
    const information = await registered({ ...AGENT, ...change });
    expect(information).toMatchObject({ token_endpoint_auth_method: method });
    expect('client_secret' in information).toBe(type === 'Traditional');
    const app = await appOf(information.client_id);
    expect(app).toMatchObject({ type, isThirdParty: true });
    expect(app?.customClientMetadata).toEqual({
      rotateRefreshToken: true,
      ...(type === 'SPA' && { alwaysIssueRefreshToken: true }),
    });
  });

  it('of a server comes with the secret that Logto gave the app, for as long as it lasts', async () => {
    const information = await registered({ redirect_uris: ['https://agent.example/cb'] });
    const secrets: unknown = await (
      await manage(bridge, 'GET', `/applications/${information.client_id}/secrets`)
    ).json();
    expect(secrets).toEqual([expect.objectContaining({ value: information.client_secret, expiresAt: null })]);
    expect(information).toMatchObject({ client_secret_expires_at: 0 });
  });

  it('lets its client ask for what was answered as scope, and gives it the permissions of this server', async () => {
    const { client_id: clientId } = await registered();
    const resource = `${bridge.origin}/mcp`;
    const scope = 'openid profile email notes:read';
    const redirectUri = 'http://127.0.0.1:60999/callback';
    const tokens = await obtainTokens(bridge.tenant.issuer, { clientId, redirectUri, scope, resource });
    expect(tokens.scope.split(' ')).toContain('notes:read');
  });

  it('[row 114] whose answer is lost is an app that nobody has, and the next one is another', async () => {
    const before = await registeredApps(bridge);
    const body = JSON.stringify(AGENT);
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const lost = request(`${bridge.origin}/register`, { method: 'POST', headers });
    lost.on('error', () => undefined);
    lost.end(body, () => setImmediate(() => lost.destroy()));
    await expect.poll(async () => (await registeredApps(bridge)).length).toBe(before.length + 1);
    await registered();
    const apps = await registeredApps(bridge);
    expect(apps).toHaveLength(before.length + 2);
    expect(new Set(apps.map(({ id }) => id)).size).toBe(apps.length);
  });
});

describe('the holder of a registration access token', () => {
  it('reads its registration, without the secret', async () => {
    const { client_secret: secret, ...information } = await registered({
      redirect_uris: ['https://agent.example/cb'],
    });
    expect(secret).toBeDefined();
    const { registration_client_uri: uri, registration_access_token: token } = information;
    const response = await call('GET', uri, token);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { client_secret_expires_at: _, ...kept } = { client_secret_expires_at: 0, ...information };
    expect(await response.json()).toEqual(kept);
  });

  it('replaces its metadata, under the same rules', async () => {
    const {
      client_id: id,
      registration_client_uri: uri,
      registration_access_token: token,
    } = await registered();
    const change = { ...AGENT, client_id: id, client_name: 'Mail 2', redirect_uris: ['http://[::1]/cb'] };
    const response = await call('PUT', uri, token, change);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      client_id: id,
      client_name: '(unverified) Mail 2',
      redirect_uris: ['http://[::1]/cb'],
      registration_access_token: token,
    });
    expect((await appOf(id))?.oidcClientMetadata.redirectUris).toEqual(['http://[::1]/cb']);
    expect((await call('GET', uri, token)).status).toBe(200);

    const refusals = [
      [{ ...change, redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
      [{ ...change, client_id: 'another' }, 'invalid_client_metadata'],
      [{ ...change, client_id: undefined }, 'invalid_client_metadata'],
      [{ ...change, redirect_uris: ['https://agent.example/cb'] }, 'invalid_client_metadata'],
      [{ ...change, token_endpoint_auth_method: 'client_secret_basic' }, 'invalid_client_metadata'],
    ] as const;
    for (const [body, error] of refusals) {
      const refused = await call('PUT', uri, token, body);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error });
    }
    expect((await appOf(id))?.oidcClientMetadata.redirectUris).toEqual(['http://[::1]/cb']);
  });

  it('deletes its client, and the token with it', async () => {
    const {
      client_id: id,
      registration_client_uri: uri,
      registration_access_token: token,
    } = await registered();
    const response = await call('DELETE', uri, token);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await appOf(id)).toBeUndefined();
    expect((await call('GET', uri, token)).status).toBe(401);
  });
});

describe('whoever has another token, or none,', () => {
  it.each(['GET', 'PUT', 'DELETE'])(
    'is refused at %s, for every client in the same words',
    async (method) => {
      const mine = await registered();
      const other = await registered();
      const body = method === 'PUT' ? { ...AGENT, client_id: mine.client_id } : undefined;
      const at = (id: string) => `${bridge.origin}/register/${id}`;
      const answers = await Promise.all(
        [mine.client_id, 'unknown00000000000000', 'smartmail-ai', 'mcp-server', '..%2fusers', 'a%00b'].map(
          async (id) => {
            const response = await call(method, at(id), other.registration_access_token, body);
            return [response.status, response.headers.get('www-authenticate'), await response.text()];
          },
        ),
      );
      const description = 'The token of the registration is not accepted';
      expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set([
          JSON.stringify([
            401,
            `Bearer realm="registration", error="invalid_token", error_description="${description}"`,
            JSON.stringify({ error: 'invalid_token', error_description: `Unauthorized: ${description}` }),
          ]),
        ]),
      );
      const none = await call(method, at(mine.client_id), undefined, body);
      expect([none.status, none.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="registration"',
      ]);
      expect(await appOf(mine.client_id)).toBeDefined();
    },
  );
});

describe('the sweep', () => {
  const DAY_MS = 86_400_000;
  const sweepAfter = (days: number) => bridge.app.get(UnusedSweep).run(Date.now() + days * DAY_MS);
  const signIn = (clientId: string) =>
    obtainTokens(bridge.tenant.issuer, { clientId, redirectUri: 'http://127.0.0.1:1/callback' });

  it('[row 112] [row 114] deletes registered apps that nobody has used in so many days, and no other app', async () => {
    const used = await registered();
    await signIn(used.client_id);
    const unused = await registered();
    const others = async () => {
      // Apps as the tenant's own specs hold them.
      const apps = (await (await manage(bridge, 'GET', '/applications')).json()) as { id: string }[];
      return apps.map(({ id }) => id).filter((id) => !/^[\da-f]{21}$/.test(id));
    };
    const before = await others();
    // Of another server on the same tenant.
    await manage(bridge, 'PATCH', `/applications/${unused.client_id}`, {
      customData: {
        mcpRegistration: { resource: 'https://other.example/mcp', tokenHash: 'x', registeredAt: 0 },
      },
    });

    expect(await sweepAfter(29)).toBe(0);
    expect(await sweepAfter(31)).toBeGreaterThan(0);
    expect((await registeredApps(bridge)).map(({ id }) => id).toSorted()).toEqual(
      expect.arrayContaining([used.client_id, unused.client_id].toSorted()),
    );
    expect(await sweepAfter(31)).toBe(0);
    expect(await others()).toEqual(before);
  });

  it('writes down in the app that it was used, so that the log may forget it', async () => {
    const used = await registered();
    await signIn(used.client_id);
    await sweepAfter(0);
    const record = (await appOf(used.client_id))?.customData.mcpRegistration;
    expect(record).toMatchObject({ usedAt: expect.any(Number) });
    // Another one of which the log tells nothing any more.
    const forgotten = await registered();
    const { customData } = (await appOf(forgotten.client_id)) ?? {};
    const mcpRegistration = { ...customData?.mcpRegistration, usedAt: Date.now() };
    await manage(bridge, 'PATCH', `/applications/${forgotten.client_id}`, {
      customData: { mcpRegistration },
    });
    await sweepAfter(31);
    expect(await appOf(forgotten.client_id)).toBeDefined();
    // It is still the client's to read.
    expect((await call('GET', used.registration_client_uri, used.registration_access_token)).status).toBe(
      200,
    );
  });
});
