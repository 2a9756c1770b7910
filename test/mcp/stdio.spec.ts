import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, McpNotifier, Resource, StdioTransport, Tool } from '../../src/mcp/index.js';
import { authInfoOf, type EngineApp, startEngine } from '../support/engine.app.js';
import { MODERN_META } from '../support/raw.js';
import { stdioPeer } from '../support/stdio.peer.js';

@Injectable()
class Local {
  @Tool({ name: 'who', description: 'Tells the caller.', inputSchema: z.object({}) })
  who(_input: unknown, { principal, era, sessionId }: McpContext) {
    return { subject: principal.subject, era, session: sessionId ?? 'none' };
  }

  @Tool({ name: 'hangs', description: 'Never ends by itself.' })
  hangs(_input: unknown, { signal }: McpContext) {
    return new Promise<string>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(new Error('aborted'));
      });
    });
  }

  @Resource({ uri: 'local://open', name: 'open' })
  open() {
    return 'open';
  }

  @Resource({ uri: 'local://locked', name: 'locked', scopes: ['local:read'] })
  locked() {
    return 'locked';
  }
}

let aborted = 0;
let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Local]);
});
afterAll(() => engine.close());

const connect = (revision: string, who = 'alice') =>
  stdioPeer(engine.app.get(StdioTransport), authInfoOf(who), revision);
const call = (name: string, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
});

describe.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'])(
  'a local client of %s',
  (revision) => {
    it('calls the tools as the one whose token the process was given', async () => {
      const peer = await connect(revision, 'bob@desktop');
      const answer = await peer.post(call('who'));
      expect(JSON.stringify(answer?.result)).toContain(
        String.raw`\"subject\":\"bob\",\"era\":\"stdio\",\"session\":\"none\"`,
      );
      peer.leave();
      await peer.connection.ended;
    });

    it('is answered once for each request, in the order in which the answers are ready', async () => {
      const peer = await connect(revision);
      const [one, two] = await Promise.all([peer.post(call('who', 10)), peer.post(call('nosuch', 11))]);
      expect(one).toMatchObject({ id: 10, result: {} });
      expect(two).toMatchObject({ id: 11, error: { code: -32602 } });
      peer.leave();
      await peer.connection.ended;
    });

    it('ends the connection by closing its end, and what was running with it', async () => {
      const before = aborted;
      const peer = await connect(revision);
      peer.post(call('hangs')).catch(() => undefined);
      await peer.post(call('who', 2));
      peer.leave();
      await peer.connection.ended;
      await expect.poll(() => aborted).toBe(before + 1);
    });

    it('sends something that is no message, and is served on', async () => {
      const peer = await connect(revision);
      await peer.post({ jsonrpc: '1.0', method: 'ping' });
      expect(await peer.post(call('who'))).toMatchObject({ id: 1, result: {} });
      peer.leave();
      await peer.connection.ended;
    });
  },
);

describe('a local client that wants to know of changes', () => {
  const notifier = () => engine.app.get(McpNotifier);

  it('of 2025 hears of the lists, and of the resources it has subscribed to', async () => {
    const peer = await connect('2025-11-25');
    await peer.post({
      jsonrpc: '2.0',
      id: 5,
      method: 'resources/subscribe',
      params: { uri: 'local://open' },
    });
    notifier().resourceUpdated('local://locked');
    notifier().resourceUpdated('local://open');
    notifier().toolsChanged();
    expect(await peer.next()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'local://open' },
    });
    expect(await peer.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    peer.leave();
    await peer.connection.ended;
  });

  it.each([
    ['alice', ['local://open']],
    ['alice+local:read', ['local://open', 'local://locked']],
  ])('of 2026 (%s) hears of what it listens to and may read', async (who, heard) => {
    const peer = await connect('2026-07-28', who);
    const notifications = {
      toolsListChanged: true,
      resourceSubscriptions: ['local://open', 'local://locked'],
    };
    const listen = {
      jsonrpc: '2.0',
      id: 6,
      method: 'subscriptions/listen',
      params: { notifications, _meta: MODERN_META },
    };
    void peer.post(listen).catch(() => undefined);
    expect(await peer.next()).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { resourceSubscriptions: heard } },
    });
    notifier().promptsChanged();
    for (const uri of ['local://open', 'local://locked']) notifier().resourceUpdated(uri);
    notifier().toolsChanged();
    for (const uri of heard) {
      expect(await peer.next()).toMatchObject({ method: 'notifications/resources/updated', params: { uri } });
    }
    expect(await peer.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    peer.leave();
    await peer.connection.ended;
  });
});

it('cannot fill the memory with one message', async () => {
  const peer = await connect('2025-11-25');
  peer.post({ ...call('who'), params: { name: 'x'.repeat(70_000) } }).catch(() => undefined);
  await expect(peer.connection.ended).resolves.toBeUndefined();
});
