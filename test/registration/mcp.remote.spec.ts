import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';
import { wrap } from '../support/clients.js';
import { type Bridge, registeredApps, startBridge } from './bridge.js';

const PROGRAM = fileURLToPath(new URL('../../node_modules/mcp-remote/dist/proxy.js', import.meta.url));
const ALICE = { username: 'alice', password: 'alice-password', decision: 'authorize' } as const;

let bridge: Bridge;
let folder: string;
let port: number;

beforeAll(async () => {
  bridge = await startBridge();
  folder = await mkdtemp(join(tmpdir(), 'mcp-remote-'));
  port = await freePort();
});
afterAll(async () => {
  await bridge.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a local client gets from the program that its user has configured; a person signs in when it asks. */
async function whoamiThroughIt() {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, `${bridge.origin}/mcp`, String(port), '--host', '127.0.0.1'],
    // No PATH: there is no browser that it could open.
    env: { HOME: folder, MCP_REMOTE_CONFIG_DIR: folder, PATH: folder },
    stderr: 'pipe',
  });
  let said = '';
  let signIns = 0;
  transport.stderr?.on('data', (chunk) => {
    said += String(chunk);
    const address = /authorize this client by visiting:\s*(http\S+)\s/.exec(said)?.[1];
    if (address === undefined || signIns > 0) return;
    signIns += 1;
    void signIn(address, ALICE).then(({ redirect }) => fetch(redirect));
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  try {
    await client.connect(transport, { timeout: 40_000 });
    return { signIns, ...(await wrap(client).callTool('whoami')) };
  } catch (error) {
    throw new Error(`mcp-remote said:\n${said}`, { cause: error });
  } finally {
    await client.close();
  }
}

it('mcp-remote registers itself, signs its user in, and goes on when registration is off', async () => {
  const claims = { sub: 'alice0000001', name: 'Alice Example', email: 'alice@example.com' };
  expect(await whoamiThroughIt()).toMatchObject({ signIns: 1, isError: false, structured: claims });
  const apps = await registeredApps(bridge);
  expect(apps).toHaveLength(1);
  expect(apps[0]).toMatchObject({ type: 'Native', isThirdParty: true });
  await bridge.restart({});
  expect(await whoamiThroughIt()).toMatchObject({ signIns: 0, isError: false, structured: claims });
  expect(await registeredApps(bridge)).toEqual(apps);
}, 90_000);
