import { afterEach, describe, expect, it } from 'vitest';
import { RateLimit } from '../../src/mcp/index.js';
import { ERAS, type TestClient } from '../support/clients.js';
import { initialize, send } from '../support/raw.js';
import { type LimitedApp, startLimited } from './limited.app.js';
import { FailingTool, GateTool, LimitedTools } from './tools.js';

let app: LimitedApp;
const clients: TestClient[] = [];

afterEach(async () => {
  await Promise.allSettled(clients.splice(0).map((client) => client.close()));
  await app.close();
});

describe.each(ERAS)('$era', (era) => {
  const connect = async (token: string) => {
    const client = await era.connect(app.origin, token);
    clients.push(client);
    return client;
  };

  it('tells an agent that calls a tool too often when to try again, as the result of the call', async () => {
    app = await startLimited({}, [LimitedTools]);
    const alice = await connect('alice');
    for (let n = 0; n < 2; n += 1) {
      expect(await alice.callTool('greet')).toMatchObject({ isError: false, text: 'Hello' });
    }
    const third = await alice.callTool('greet');
    expect(third.isError).toBe(true);
    expect(third.text).toMatch(/^Too many calls of greet; try again in (?:60|5\d) s$/);
    // Neither another tool of hers, nor this tool for anybody else.
    expect(await alice.callTool('free')).toMatchObject({ isError: false });
    const bob = await connect('bob');
    expect(await bob.callTool('greet')).toMatchObject({ isError: false });
    const other = await connect('alice@other-agent');
    expect(await other.callTool('greet')).toMatchObject({ isError: false });
  });

  it('counts the calls of one principal, however many connections it has', async () => {
    app = await startLimited({}, [LimitedTools]);
    for (const isError of [false, true]) {
      const client = await connect('alice');
      expect(await client.callTool('shout')).toMatchObject({ isError });
    }
  });

  it('runs no more calls of one principal at once than allowed, and says so to the agent', async () => {
    app = await startLimited({ LIMIT_CALLS_PER_PRINCIPAL: '2' }, [GateTool, LimitedTools]);
    const gate = app.get(GateTool);
    const alice = await connect('alice');
    const running = [alice.callTool('wait'), alice.callTool('wait')];
    await expect.poll(() => gate.running).toBe(2);
    expect(await alice.callTool('free')).toMatchObject({
      isError: true,
      text: 'Too many calls at once: 2 are running; try again when one has ended',
    });
    const bob = await connect('bob');
    expect(await bob.callTool('free')).toMatchObject({ isError: false });
    gate.open();
    expect(await Promise.all(running)).toMatchObject([{ isError: false }, { isError: false }]);
    expect(await alice.callTool('free')).toMatchObject({ isError: false });
  });

  it('runs no more calls of everybody at once than the node can take', async () => {
    app = await startLimited({ LIMIT_IN_FLIGHT: '3' }, [GateTool, LimitedTools]);
    const gate = app.get(GateTool);
    // In the era whose POST is answered before the call runs, only this count sees the calls.
    const users = ['alice', 'bob', 'carol'];
    const connected = await Promise.all(users.map(connect));
    const dave = await connect('dave');
    const running = connected.map((client) => client.callTool('wait'));
    await expect.poll(() => gate.running).toBe(3);
    const refused = await dave.callTool('free').then(
      ({ text }) => text,
      (error: unknown) => String(error),
    );
    expect(refused).toContain('The server is busy; try again in 1 s');
    gate.open();
    await Promise.all(running);
    expect(await dave.callTool('free')).toMatchObject({ isError: false });
  });
});

describe('a limited call', () => {
  const rpc = async (method: string, params: object) => {
    const headers = { 'Mcp-Session-Id': await initialize(app.origin, 'alice') };
    const body = { jsonrpc: '2.0', id: 2, method, params };
    const { text } = await send(`${app.origin}/mcp`, 'POST', 'alice', { body, headers });
    return text;
  };

  it('of a resource or a prompt is an error of the protocol with the same words', async () => {
    app = await startLimited({}, [LimitedTools]);
    expect(await rpc('resources/read', { uri: 'test://page' })).toContain('"text":"text"');
    expect(await rpc('resources/read', { uri: 'test://page' })).toContain(
      'Too many calls of page; try again',
    );
    expect(await rpc('prompts/get', { name: 'ask' })).toContain('Ask me');
    expect(await rpc('prompts/get', { name: 'ask' })).toContain('Too many calls of ask; try again');
  });

  it('that was refused for its rate holds no place among the running ones', async () => {
    app = await startLimited({ LIMIT_CALLS_PER_PRINCIPAL: '1' }, [LimitedTools]);
    for (let n = 0; n < 5; n += 1) await rpc('tools/call', { name: 'shout' });
    expect(await rpc('tools/call', { name: 'free' })).toContain('free');
  });

  it('that fails gives its place back', async () => {
    app = await startLimited({ LIMIT_CALLS_PER_PRINCIPAL: '1' }, [LimitedTools, FailingTool]);
    for (let n = 0; n < 3; n += 1)
      expect(await rpc('tools/call', { name: 'fail' })).toContain('Internal error');
    expect(await rpc('tools/call', { name: 'free' })).toContain('"text":"free"');
  });
});

describe('@RateLimit', () => {
  it.each([
    { points: 0, perSeconds: 60 },
    { points: 1.5, perSeconds: 60 },
    { points: 1, perSeconds: 0 },
    { points: Number.POSITIVE_INFINITY, perSeconds: 1 },
  ])('refuses what is no limit at the start: %o', (options) => {
    expect(() => RateLimit(options)).toThrow('@RateLimit takes whole numbers');
  });
});
