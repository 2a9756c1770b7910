import { afterEach, describe, expect, it } from 'vitest';
import { initialize, listTools, MODERN_META, openStream, send } from '../support/raw.js';
import { type LimitedApp, startLimited } from './limited.app.js';
import { accessToken } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';
import { GateTool, LimitedTools } from './tools.js';

let app: LimitedApp;
let close: () => Promise<void>;
afterEach(() => close());

async function start(...parameters: Parameters<typeof startLimited>): Promise<void> {
  app = await startLimited(...parameters);
  close = () => app.close();
}

/** Tokens of one user, each of another client. */
const clients = (count: number) => Array.from({ length: count }, (_, n) => `alice@client${n}`);
const ask = (token: string, method: string, params: object = {}) =>
  send(`${app.origin}/mcp`, 'POST', token, {
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: MODERN_META } },
    headers: {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...('name' in params && { 'Mcp-Name': String(params.name) }),
    },
  });
const call = (token: string, name: string) => ask(token, 'tools/call', { name, arguments: {} });
const list = async (token: string) => (await ask(token, 'tools/list')).status;

describe('a user with many clients', () => {
  it('leaves most places of a node to others', async () => {
    const env = { LIMIT_IN_FLIGHT: '33', LIMIT_IN_FLIGHT_PER_PRINCIPAL: '2', LIMIT_USER_FACTOR: '3' };
    await start({ ...env, LIMIT_CALLS_PER_PRINCIPAL: '10' }, [GateTool]);
    const gate = app.get(GateTool);
    const running = clients(3).flatMap((client) => [call(client, 'wait'), call(client, 'wait')]);
    await expect.poll(() => gate.running).toBe(6);
    const flood = await Promise.all(clients(33).map((client) => ask(client, 'tools/list')));
    expect(flood.map(({ status }) => status)).toEqual(Array(33).fill(429));
    expect(flood[20]?.headers.get('ratelimit-policy')).toBe('"requests";q=6;qu="concurrent-requests"');
    expect(flood[20]?.text).toContain('Too many requests of this user at once; try again in 1 s');
    expect(await list('bob@client0')).toBe(200);
    gate.open();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await list('alice@client9')).toBe(200);
  });

  it('has a multiple of the requests a minute, and no client uses them up for another', async () => {
    await start({ LIMIT_REQUESTS_PER_PRINCIPAL: '2' });
    const [first = '', ...others] = clients(6);
    for (let n = 0; n < 20; n += 1) expect(await list(first)).toBe(n < 2 ? 200 : 429);
    const seen: number[] = [];
    for (const client of others) for (let n = 0; n < 2; n += 1) seen.push(await list(client));
    expect(seen).toEqual([200, 200, 200, 200, ...Array(6).fill(429)]);
    const { headers, text } = await ask('alice@client7', 'tools/list');
    const wait = headers.get('retry-after');
    expect(headers.get('ratelimit-policy')).toBe('"user";q=6;w=60');
    expect(headers.get('ratelimit')).toBe(`"user";r=0;t=${wait}`);
    expect(text).toContain(`Too many requests of this user; try again in ${wait} s`);
    expect(await list('bob@client0')).toBe(200);
  });

  it('has a multiple of the calls at once', async () => {
    await start({ LIMIT_CALLS_PER_PRINCIPAL: '1', LIMIT_USER_FACTOR: '2' }, [GateTool, LimitedTools]);
    const gate = app.get(GateTool);
    const running = clients(2).map((client) => call(client, 'wait'));
    await expect.poll(() => gate.running).toBe(2);
    expect((await call('alice@client3', 'free')).text).toContain('Too many calls at once: 2 are running');
    expect((await call('bob', 'free')).text).toContain('"text":"free"');
    gate.open();
    await Promise.all(running);
    expect((await call('alice@client3', 'free')).text).toContain('"text":"free"');
  });

  it('has a multiple of the calls of a tool with a rate', async () => {
    await start({ LIMIT_USER_FACTOR: '2' }, [LimitedTools]);
    const seen: boolean[] = [];
    for (const client of clients(4)) seen.push((await call(client, 'shout')).text.includes('HELLO'));
    expect(seen).toEqual([true, true, false, false]);
    expect((await call('alice@client4', 'shout')).text).toContain('Too many calls of shout; try again in ');
    expect((await call('bob', 'shout')).text).toContain('HELLO');
  });

  it('has a multiple of the streams', async () => {
    await start({ LIMIT_STREAMS_PER_PRINCIPAL: '1', LIMIT_USER_FACTOR: '2' });
    const open = (token: string) => openStream(`${app.origin}/sse`, token);
    const streams = await Promise.all(clients(2).map(open));
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await send(`${app.origin}/sse`, 'GET', 'alice@client3');
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('No more than 2 streams of this user; try again in 5 s');
    const other = await open('bob@client0');
    expect(other.status).toBe(200);
    for (const stream of [...streams, other]) stream.close();
  });

  it('has a multiple of the sessions, and loses its own longest unused one beyond that', async () => {
    await start({}, [], { maxPerPrincipal: 2, maxPerUser: 3 });
    const ids: string[] = [];
    for (const client of clients(4)) ids.push(await initialize(app.origin, client));
    expect(app.registry.size).toBe(3);
    const statuses: number[] = [];
    for (const [n, client] of clients(4).entries()) {
      const headers = { 'Mcp-Session-Id': ids[n] ?? '' };
      const answer = await send(`${app.origin}/mcp`, 'POST', client, { body: listTools(), headers });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([404, 200, 200, 200]);
    await initialize(app.origin, 'bob');
    expect(app.registry.size).toBe(4);
  });
});

it('a user whose client is unknown has the limits of one client', async () => {
  await start({ LIMIT_REQUESTS_PER_PRINCIPAL: '2' });
  expect([await list('alice@'), await list('alice@'), await list('alice@')]).toEqual([200, 200, 429]);
});

describe('the whole server', () => {
  it('applies LIMIT_USER_FACTOR to the sessions of a user', async () => {
    const stack: Stack = await startStack({
      env: { MCP_SESSIONS_PER_PRINCIPAL: '1', LIMIT_USER_FACTOR: '1' },
    });
    close = () => stack.close();
    const { origin } = stack;
    const one = await accessToken(stack, { client: 'smartmail-ai', resource: '/mcp' });
    const two = await accessToken(stack, { client: 'first-party-app', resource: '/mcp' });
    const headers = { 'Mcp-Session-Id': await initialize(origin, one) };
    const status = async () =>
      (await send(`${origin}/mcp`, 'POST', one, { body: listTools(), headers })).status;
    expect(await status()).toBe(200);
    await initialize(origin, two);
    expect(await status()).toBe(404);
  });
});
