import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERAS, type TestEra } from '../support/clients.js';
import { type Bridge, manage, OPEN, registeredApps, startBridge } from './bridge.js';
import { RegisteringAgent } from './registering.agent.js';

const ALICE = { sub: 'alice0000001', name: 'Alice Example', email: 'alice@example.com' };
const DOCUMENT = 'https://agent.example/oauth/client.json';

/** One client of each official SDK, and the newer one in both of its ways. */
const CLIENTS = ERAS.filter(({ era, path }) => path === '/mcp' && !era.includes('pinned'));

/** What the agent's vendor would publish at that address. */
const fetchDocument: typeof fetch = (url) =>
  Promise.resolve(
    url === DOCUMENT
      ? Response.json({
          client_id: DOCUMENT,
          client_name: 'Agent with a document',
          redirect_uris: ['http://127.0.0.1/callback'],
          token_endpoint_auth_method: 'none',
        })
      : new Response('', { status: 404 }),
  );

let bridge: Bridge;

beforeAll(async () => {
  bridge = await startBridge({ tenant: { fetchDocument } });
});
afterAll(() => bridge.close());

/** From the first 401 to the answer of whoami. */
async function signInAndCall({ attempt }: TestEra, agent: RegisteringAgent) {
  const first = attempt(bridge.origin, { authProvider: agent });
  await expect(first.connect()).rejects.toThrow(/unauthorized/i);
  await first.finishAuth(await agent.letUserSignIn('alice'));
  const client = await attempt(bridge.origin, { authProvider: agent }).connect();
  const whoami = await client.callTool('whoami');
  await client.close();
  return whoami;
}

describe.each(CLIENTS)('an agent without a client id, on $era', (era) => {
  let known: ReturnType<RegisteringAgent['clientInformation']>;

  it('registers itself, lets its user consent, and reads who the user is', async () => {
    const before = await registeredApps(bridge);
    const agent = new RegisteringAgent({ port: 51_001 });
    expect(await signInAndCall(era, agent)).toMatchObject({ isError: false, structured: ALICE });
    expect(agent.pages.at(-1)).toEqual({
      kind: 'consent',
      title: 'Authorize (unverified) Test agent',
      scopes: ['profile', 'email'],
    });
    known = agent.clientInformation();
    const apps = await registeredApps(bridge);
    expect(apps).toHaveLength(before.length + 1);
    expect(apps.at(-1)).toMatchObject({ id: known?.client_id, type: 'Native', isThirdParty: true });
  });

  it('comes back on another loopback port with the same client id, and does not register again', async () => {
    const before = await registeredApps(bridge);
    const agent = new RegisteringAgent({ port: 52_002, known });
    expect(await signInAndCall(era, agent)).toMatchObject({ isError: false, structured: ALICE });
    expect(agent.clientInformation()?.client_id).toBe(known?.client_id);
    expect(await registeredApps(bridge)).toEqual(before);
  });

  it('goes on when registration has been switched off', async () => {
    await bridge.restart({});
    try {
      expect((await bridge.register({})).status).toBe(404);
      const agent = new RegisteringAgent({ port: 53_003, known });
      expect(await signInAndCall(era, agent)).toMatchObject({ isError: false, structured: ALICE });
      // Who was not there before has no way in.
      const late = new RegisteringAgent({ port: 54_004 });
      const attempt = era.attempt(bridge.origin, { authProvider: late });
      await expect(attempt.connect()).rejects.toThrow(/dynamic client registration/i);
    } finally {
      await bridge.restart(OPEN);
    }
  });
});

/** The server learns of it when it next reads Logto's metadata, at the latest at its start. */
async function takeDocuments(enabled: boolean): Promise<void> {
  await manage(bridge, 'PATCH', '/configs/cimd', { enabled });
  await bridge.restart(OPEN);
}

describe('a tenant that takes metadata documents', () => {
  beforeAll(async () => {
    await manage(bridge, 'POST', '/cimd/user-consent-scopes', { userScopes: ['profile', 'email'] });
    await takeDocuments(true);
  });

  it.each(CLIENTS)('needs no registration of an agent on $era', async (era) => {
    const before = await registeredApps(bridge);
    const agent = new RegisteringAgent({ port: 55_005, documentUrl: DOCUMENT });
    expect(await signInAndCall(era, agent)).toMatchObject({ isError: false, structured: ALICE });
    expect(agent.clientInformation()?.client_id).toBe(DOCUMENT);
    expect(agent.pages.at(-1)?.title).toBe('Authorize Agent with a document');
    expect(await registeredApps(bridge)).toEqual(before);
  });
});

describe('a tenant that takes none any more', () => {
  beforeAll(() => takeDocuments(false));

  it.each(CLIENTS)('makes an agent on $era register all the same', async (era) => {
    const agent = new RegisteringAgent({ port: 55_005, documentUrl: DOCUMENT });
    expect(await signInAndCall(era, agent)).toMatchObject({ isError: false, structured: ALICE });
    expect(agent.clientInformation()?.client_id).not.toBe(DOCUMENT);
  });
});
