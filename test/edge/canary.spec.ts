import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obtainTokens } from '../../src/dev-tenant/index.js';
import { builtFile } from '../deploy/built.project.js';
import { INITIALIZE, listTools, MODERN_META, openStream, type RawAnswer, send } from '../support/raw.js';
import { type DrainProcess, startDrainProcess } from './drain.process.js';
import { http, talk } from './raw.socket.js';

const SECRETS = {
  management: 'canary-m2m-6f1c0d8e5a',
  seal: 'canary-mcp-secret-0123456789abcdef0123',
  redis: 'canary-redis-9b7e21',
  webhook: 'canary-webhook-0123456789abcdef01234567',
  registration: 'canary-registration-0123456789abcdef',
};
/** What would be a line of its own, a command to a terminal, or both. */
const FORGED = '\r\n{"level":"log","message":"FORGED"}\u2028FORGED\u2029\u001b[2JFORGED\u009b31m\u0085FORGED';

let server: DrainProcess;
/** Everything that the server has said to its clients, with the headers. */
const said: string[] = [];
/** Everything that must be said nowhere. */
const tokens: string[] = [];
const sessions: string[] = [];

async function ask(...parameters: Parameters<typeof send>): Promise<RawAnswer> {
  const answer = await send(...parameters);
  said.push(JSON.stringify([...answer.headers]), answer.text);
  return answer;
}

const rpc = (method: string, params: object) => ({ jsonrpc: '2.0', id: 7, method, params });

const modern = (token: string, method: string, params: object = {}) =>
  ask(`${server.origin}/mcp`, 'POST', token, {
    body: rpc(method, { ...params, _meta: MODERN_META }),
    headers: {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...('name' in params && { 'Mcp-Name': String(params.name) }),
    },
  });

async function session(token: string, clientInfo: object = INITIALIZE.params.clientInfo) {
  const body = { ...INITIALIZE, params: { ...INITIALIZE.params, clientInfo } };
  const { headers } = await send(`${server.origin}/mcp`, 'POST', token, { body });
  const id = headers.get('mcp-session-id') ?? '';
  sessions.push(id);
  return (message: object) =>
    ask(`${server.origin}/mcp`, 'POST', token, { body: message, headers: { 'Mcp-Session-Id': id } });
}

async function stream(token: string) {
  const events = await openStream(`${server.origin}/sse`, token);
  const path = (await events.next()).data;
  sessions.push(new URL(path, server.origin).searchParams.get('sessionId') ?? '');
  return {
    close: () => events.close(),
    post: async (message: object) => {
      const answer = await ask(server.origin + path, 'POST', token, { body: message });
      if (answer.status === 202) said.push((await events.next()).data);
      return answer;
    },
  };
}

/** A call in each of the eras. */
async function everywhere(token: string, name: string, args: object = {}): Promise<void> {
  const params = { name, arguments: args };
  await modern(token, 'tools/call', params);
  await (
    await session(token)
  )(rpc('tools/call', params));
  const sse = await stream(name === 'whoami' ? server.tokens.sse : token);
  await sse.post(rpc('tools/call', params));
  sse.close();
}

async function refused(token: string): Promise<void> {
  const url = `${server.origin}/mcp`;
  const bad = [`${token}x`, token.slice(0, -4), `canary-refused-${token.slice(-30)}`, `${token}, ${token}`];
  tokens.push(...bad.slice(0, 3));
  for (const one of bad) await modern(one, 'tools/list');
  await ask(`${url}?access_token=${token}`, 'POST', undefined, { body: listTools() });
  await ask(`${url}?access_token=${token}`, 'GET', token);
  await ask(`${server.origin}/${token}`, 'GET', token);
  await ask(url, 'POST', undefined, { headers: { Authorization: `Basic ${token}` }, body: listTools() });
  await ask(url, 'POST', token, { body: `{"${token}` });
  await ask(url, 'POST', token, { body: { [token]: token } });
  await ask(url, 'POST', token, { body: listTools(), headers: { 'Mcp-Session-Id': token } });
  await ask(url, 'POST', token, { body: listTools(), headers: { 'MCP-Protocol-Version': token } });
  await ask(url, 'POST', token, {
    body: listTools(),
    headers: { Origin: `https://${token.slice(-20)}.test` },
  });
  await ask(`${server.origin}/messages?sessionId=${token}`, 'POST', token, { body: listTools() });
  const twice = http(
    'POST /mcp HTTP/1.1',
    `Host: ${new URL(server.origin).host}`,
    `Authorization: Bearer ${token}`,
    `Authorization: Bearer ${token}`,
  );
  said.push((await talk(server.origin, twice)).text);
}

async function forge(token: string): Promise<void> {
  const params = { name: FORGED, arguments: {} };
  const info = { name: FORGED, version: FORGED };
  await (
    await session(token, info)
  )(rpc('tools/call', params));
  const sse = await stream(token);
  await sse.post({ ...INITIALIZE, params: { ...INITIALIZE.params, clientInfo: info } });
  await sse.post({ ...rpc('tools/call', params), id: FORGED });
  sse.close();
  await modern(token, 'tools/call', { name: 'leakText', arguments: { token: FORGED } });
  await modern(token, 'tools/call', { name: 'leave', arguments: { token: FORGED } });
  for (const field of ['User-Agent', 'Mcp-Session-Id', 'Mcp-Name', 'Mcp-Method', 'Referer']) {
    for (const value of [
      'a\u001b[2JFORGED',
      'a\u009b31mFORGED',
      Buffer.from('\u2028FORGED').toString('latin1'),
    ]) {
      const lines = ['GET /mcp HTTP/1.1', `Host: ${new URL(server.origin).host}`, `${field}: ${value}`];
      await talk(server.origin, Buffer.from(http(...lines, `Authorization: Bearer ${token}`), 'latin1'), {
        ms: 500,
      });
    }
  }
}

beforeAll(async () => {
  await builtFile('src/main.js');
  server = await startDrainProcess({
    entry: 'canary.server.mjs',
    tenant: {
      management: {
        clientId: 'mcp-server',
        clientSecret: SECRETS.management,
        resource: 'https://default.logto.app/api',
      },
    },
    env: {
      NODE_ENV: 'production',
      LOG_LEVEL: 'verbose',
      LOGTO_MANAGEMENT_CLIENT_ID: 'mcp-server',
      LOGTO_MANAGEMENT_CLIENT_SECRET: SECRETS.management,
      LOGTO_TIMEOUT_MS: '1000',
      LOGTO_WEBHOOK_SIGNING_KEY: SECRETS.webhook,
      REGISTRATION: 'token',
      REGISTRATION_TOKEN: SECRETS.registration,
      MCP_SECRET: SECRETS.seal,
      // Nobody listens there, so every attempt to connect is an event.
      REDIS_URL: `redis://:${SECRETS.redis}@127.0.0.1:9`,
    },
  });
  const { access_token: opaque } = await obtainTokens(server.tenant.issuer);
  const { access_token: late } = await obtainTokens(server.tenant.issuer);
  const { mcp, sse } = server.tokens;
  tokens.push(mcp, sse, opaque, late);
  await everywhere(mcp, 'whoami');
  await everywhere(opaque, 'whoami');
  for (const token of [mcp, opaque]) await refused(token);
  for (const name of ['leak', 'leakText', 'leave']) {
    for (const token of [opaque, mcp]) await everywhere(opaque, name, { token });
  }
  // A tool that has read its environment.
  for (const token of Object.values(SECRETS)) {
    await modern(opaque, 'tools/call', { name: 'leakText', arguments: { token } });
  }
  await ask(`${server.origin}/broken?q=${opaque}`, 'GET', undefined);
  await ask(`${server.origin}/broken?q=${mcp}`, 'GET', undefined);
  await forge(opaque);
  await server.tenant.close();
  // Nobody can check this one any more, and whoami has nobody to ask.
  await modern(late, 'tools/list');
  await modern(mcp, 'tools/call', { name: 'whoami', arguments: {} });
  await setTimeout(200);
}, 240_000);
afterAll(() => server.stop());

/** The lines of the log, without the one that says where the server listens. */
const lines = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('MCP endpoint:'));
const events = () => lines().map((line): unknown => JSON.parse(line));

describe('a run through every path at the most talkative level', () => {
  it('has said what happened, so that it can be searched for what must not be there', () => {
    const all = JSON.stringify(events());
    for (const event of [
      'tool.failed',
      'process.rejection',
      'request.refused',
      'request.unchecked',
      'redis.',
    ]) {
      expect(all).toContain(event);
    }
    expect(all).toContain('[redacted]');
    expect(said.length).toBeGreaterThan(100);
    expect(new Set(tokens).size).toBeGreaterThan(8);
  });

  it('[row 52] [row 117] leaves no token and no secret in the log', () => {
    const text = server.output();
    for (const canary of [...tokens, ...Object.values(SECRETS)]) expect(text).not.toContain(canary);
  });

  it('[row 52] [row 117] leaves no token and no secret in any answer, header or body', () => {
    for (const canary of [...tokens, ...Object.values(SECRETS)]) {
      expect(said.filter((text) => text.includes(canary))).toEqual([]);
    }
  });

  it('[row 70] leaves no session id in the log, and none for a Referer', () => {
    const opened = sessions.filter((id) => id !== '');
    expect(opened.length).toBeGreaterThan(10);
    for (const id of opened) expect(server.output()).not.toContain(id);
    // Nor in the Referer of whatever a page would ask next.
    const headers = said.filter((text) => text.startsWith('[['));
    expect(headers.length).toBeGreaterThan(50);
    for (const text of headers) expect(text).toContain('["referrer-policy","no-referrer"]');
  });

  it('[row 116] is one line of JSON for each event, whatever its clients have written', () => {
    expect(events().length).toBeGreaterThan(10);
    for (const event of events()) expect(event).toMatchObject({ level: expect.any(String) });
    expect(server.output()).toContain('FORGED');
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    expect(server.output()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
    expect(server.output()).not.toMatch(/^\{"level":"log","message":"FORGED"\}/m);
  });

  it('[row 119] answers a fault of our own with nothing from inside', () => {
    for (const text of said) expect(text).not.toMatch(/Upstream|node_modules|\bat .+:\d+:\d+/);
  });
});
