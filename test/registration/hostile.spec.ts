import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_REDIRECTS } from '../../src/registration/testing/redirect.corpus.js';
import { AGENT, type Bridge, startBridge } from './bridge.js';
import { type LenientLogto, startLenientLogto } from './lenient.logto.js';

let logto: LenientLogto;
let bridge: Bridge;

beforeAll(async () => {
  logto = await startLenientLogto();
  bridge = await startBridge({ logto: logto.origin });
});
afterEach(() => logto.reset());
afterAll(async () => {
  await bridge.close();
  await logto.close();
});

const created = () => logto.seen.filter(({ call }) => call === 'POST /api/applications');

async function answerTo(metadata: unknown) {
  const response = await bridge.register(metadata);
  // Every answer of the bridge is a JSON object.
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

/** The codes given to these, each refused with 400 and without an app. */
async function refusals(bodies: readonly unknown[]): Promise<unknown[]> {
  const answers = await Promise.all(bodies.map(answerTo));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  expect(new Set(answers.map(({ headers }) => headers.get('cache-control')))).toEqual(new Set(['no-store']));
  expect(logto.seen).toEqual([]);
  return [...new Set(answers.map(({ body }) => body['error']))];
}

describe('in front of a Management API that takes everything, the bridge', () => {
  it('makes an app of what is good', async () => {
    expect((await answerTo(AGENT)).status).toBe(201);
    expect(created()).toHaveLength(1);
  });

  it.each([
    ['[row 103] a scheme that runs or shows something', 103],
    ['[row 104] plain http to another machine', 104],
    ['[row 105] a wildcard, a fragment, credentials, another spelling', 105],
    ['[row 106] a private-use scheme that nobody allowed', 106],
  ] as const)('refuses %s', async (_what, row) => {
    const bodies = HOSTILE_REDIRECTS[row].map((uri) => ({ ...AGENT, redirect_uris: [uri] }));
    expect(await refusals(bodies)).toEqual(['invalid_redirect_uri']);
  });

  it('[row 103] refuses the whole when one of several redirects is bad', async () => {
    const good = AGENT.redirect_uris[0];
    const bodies = [
      [good, 'javascript:alert(1)'],
      ['javascript:alert(1)', good],
    ].map((uris) => ({ ...AGENT, redirect_uris: uris }));
    expect(await refusals(bodies)).toEqual(['invalid_redirect_uri']);
  });

  it('[row 105] refuses no redirects, too many, and what is no list of texts', async () => {
    const eleven = Array.from({ length: 11 }, (_, n) => `https://agent.example/${n}`);
    const lists = [undefined, null, [], {}, '', AGENT.redirect_uris[0], [null], [1], [[]], [{}], eleven];
    const bodies = lists.map((uris) => ({ ...AGENT, redirect_uris: uris }));
    expect(await refusals(bodies)).toEqual(['invalid_redirect_uri']);
  });

  it('[row 107] refuses grants without a user, tokens in URLs, and a secret for who wants none', async () => {
    const changes = [
      { grant_types: ['implicit'] },
      { grant_types: ['authorization_code', 'implicit'] },
      { grant_types: ['password'] },
      { grant_types: ['authorization_code', 'client_credentials'] },
      { grant_types: ['refresh_token'] },
      { grant_types: [] },
      { grant_types: 'authorization_code' },
      { response_types: ['token'] },
      { response_types: ['code', 'id_token'] },
      { response_types: [] },
      { token_endpoint_auth_method: 'private_key_jwt' },
      { token_endpoint_auth_method: 'none', client_secret: 'mine' },
      { application_type: 'service' },
      { client_name: { en: 'Agent' } },
    ];
    expect(await refusals(changes.map((change) => ({ ...AGENT, ...change })))).toEqual([
      'invalid_client_metadata',
    ]);
  });

  it('[row 107] answers what it has registered, not what was asked for', async () => {
    const { body } = await answerTo({
      ...AGENT,
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      scope: 'everything',
    });
    expect(body).toMatchObject({
      client_name: '(unverified) SmartMail',
      redirect_uris: AGENT.redirect_uris,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      scope: 'openid offline_access profile email',
    });
  });

  it('[row 108] hands Logto a name that is cut, cleaned and marked', async () => {
    await answerTo({ ...AGENT, client_name: `\u202e<b>Smart\u200bMail</b>${'!'.repeat(10_000)}` });
    const [{ body } = { body: undefined }] = created();
    expect(body).toMatchObject({ name: `(unverified) bSmartMail/b${'!'.repeat(52)}` });
  });

  it('[row 109] neither follows nor passes on any address that a client names', async () => {
    let visits = 0;
    const canary = createServer((_req, res) => {
      visits += 1;
      res.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an AddressInfo.
    const at = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    const members = ['logo_uri', 'policy_uri', 'tos_uri', 'client_uri', 'jwks_uri', 'sector_identifier_uri'];
    const more = ['backchannel_logout_uri', 'initiate_login_uri', 'software_statement'];
    const named = Object.fromEntries([...members, ...more].map((member) => [member, `${at}/${member}`]));
    const { status, body } = await answerTo({ ...AGENT, ...named, request_uris: [`${at}/request`] });
    await new Promise((resolve) => canary.close(resolve));
    expect([status, visits]).toEqual([201, 0]);
    expect(JSON.stringify([body, logto.seen])).not.toContain(at);
  });

  it('[row 110] gives a client its ceiling, whatever scope it names', async () => {
    for (const scope of ['*', 'all', 'openid', 'https://default.logto.app/api all', undefined]) {
      const { body } = await answerTo({ ...AGENT, ...(scope !== undefined && { scope }) });
      expect(body['scope']).toBe('openid offline_access profile email');
    }
    const consents = logto.seen.filter(({ call }) => call.endsWith('/user-consent-scopes'));
    expect(new Set(consents.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set([JSON.stringify({ userScopes: ['profile', 'email'], resourceScopes: [] })]),
    );
  });

  it('[row 111] makes a third-party app, and nothing that a client adds gets into it', async () => {
    const injected = {
      ...AGENT,
      isThirdParty: false,
      type: 'MachineToMachine',
      id: 'mcp-server',
      client_id: 'mcp-server',
      secret: 'mine',
      customClientMetadata: { allowTokenExchange: true, corsAllowedOrigins: ['*'] },
      oidcClientMetadata: { redirectUris: ['javascript:alert(1)'] },
      customData: { mcpRegistration: { resource: 'x', tokenHash: 'mine' } },
      software_statement: 'eyJhbGciOiJub25lIn0.e30.',
      'x-private': true,
    };
    await answerTo(AGENT);
    await answerTo(`${JSON.stringify(injected).slice(0, -1)},"__proto__":{"isThirdParty":false}}`);
    const [plain, other] = created().map(({ body }) => ({ ...Object(body), customData: undefined }));
    expect(plain).toMatchObject({ isThirdParty: true, type: 'Native' });
    expect(other).toEqual(plain);
  });

  it('refuses what is no JSON object in UTF-8, compressed, or larger than any metadata', async () => {
    for (const body of ['', '{', '[]', '"text"', 'null', '1', '[{}]', '['.repeat(8000)]) {
      expect((await bridge.register(body)).status).toBe(400);
    }
    expect((await bridge.register({ ...AGENT, x: 'x'.repeat(16_384) })).status).toBe(413);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-7',
    ]) {
      expect((await bridge.register(AGENT, { 'content-type': type })).status).toBe(415);
    }
    expect((await bridge.register(AGENT, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect(logto.seen).toEqual([]);
  });
});
