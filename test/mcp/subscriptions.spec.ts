import { ForbiddenException, Injectable } from '@nestjs/common';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CallLimiter,
  CallLimitError,
  type McpContext,
  McpNotifier,
  Resource,
  ResourceTemplate,
  type TemplateInput,
  Tool,
} from '../../src/mcp/index.js';
import { ANSWERING_ERAS, type AnsweringClient } from '../support/answering.clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { EventReader } from '../support/event.reader.js';
import { MODERN_META } from '../support/raw.js';

@Injectable()
class Notes {
  @Resource({ uri: 'note://open', name: 'open' })
  open() {
    return 'for all';
  }

  @Resource({ uri: 'note://scoped', name: 'scoped', scopes: ['notes:read'] })
  scoped() {
    return 'for some';
  }

  @ResourceTemplate({ uriTemplate: 'own://{subject}/{id}', name: 'own' })
  own({ variables }: TemplateInput, { principal }: McpContext) {
    if (variables['subject'] !== principal.subject) throw new ForbiddenException('Not yours');
    return 'mine';
  }

  @ResourceTemplate({ uriTemplate: 'mine://{id}', name: 'mine' })
  mine(_input: TemplateInput, { principal }: McpContext) {
    return `of ${principal.subject}`;
  }

  @ResourceTemplate({ uriTemplate: 'news://{id}', name: 'news', cache: { ttlMs: 0, scope: 'public' } })
  news() {
    return 'for all';
  }

  @Resource({ uri: 'note://private', name: 'private', cache: { ttlMs: 0, scope: 'private' } })
  private(_uri: URL, { principal }: McpContext) {
    return `of ${principal.subject}`;
  }

  @Tool({ name: 'nothing', description: 'Does nothing.' })
  nothing() {
    return '';
  }
}

class OneAtATime extends CallLimiter {
  private running = 0;

  async enter(): Promise<() => void> {
    if (this.running > 0) throw new CallLimitError('Too many calls at once');
    this.running += 1;
    return () => (this.running -= 1);
  }
}

class NoneAtAll extends CallLimiter {
  enter(): Promise<() => void> {
    return Promise.reject(new CallLimitError('Too many calls at once'));
  }
}

const ALICE = { issuer: 'https://issuer.test', subject: 'alice' };
const agent = (subject: string, clientId: string) => ({
  ...ALICE,
  subject,
  clientId,
  scopes: [],
  claims: {},
});

let engine: EngineApp;
let notifier: McpNotifier;

beforeAll(async () => {
  engine = await startEngine([Notes], {
    sessions: { idleMs: 60_000, maxAgeMs: 600_000, max: 200, maxPerPrincipal: 50 },
  });
  notifier = engine.app.get(McpNotifier);
});
afterAll(() => engine.close());

const SESSION_ERAS = ANSWERING_ERAS.filter(({ revision }) => revision !== '2026');

describe.each(SESSION_ERAS)('a session that watches in $era', ({ connect }) => {
  const heardBy = ({ sdk }: AnsweringClient): string[] => {
    const heard: string[] = [];
    const hear = (notification: { method: string; params?: Record<string, unknown> | undefined }) => {
      const uri = notification.params?.['uri'];
      heard.push(typeof uri === 'string' ? uri : notification.method);
      return Promise.resolve();
    };
    sdk.fallbackNotificationHandler = hear;
    return heard;
  };
  /** The stream that carries notifications is opened beside the session, so what is told at once may come too early. */
  const listening = async (client: AnsweringClient) => {
    const heard = heardBy(client);
    await expect
      .poll(() => {
        notifier.promptsChanged();
        notifier.toolsChanged();
        return heard.length;
      })
      .toBeGreaterThan(0);
    return heard;
  };
  /** Whatever was told before this has arrived with it. */
  const settled = async (heard: string[]) => {
    const before = heard.length;
    notifier.resourcesChanged();
    await expect.poll(() => heard.slice(before).includes('notifications/resources/list_changed')).toBe(true);
    return heard.filter((uri) => uri.includes('://'));
  };
  const capabilitiesOf = ({ sdk }: AnsweringClient) => sdk.getServerCapabilities();
  const subscribe = (client: Client | ModernClient, uri: string) => client.subscribeResource({ uri });

  it('is promised changes of what is offered, and of nothing else', async () => {
    const client = await connect(engine.origin, 'alice');
    expect(capabilitiesOf(client)).toMatchObject({
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      logging: {},
    });
    expect(capabilitiesOf(client)).not.toHaveProperty('prompts');
    await client.close();
  });

  it('hears of the resources that it watches, and of no others', async () => {
    const client = await connect(engine.origin, 'alice');
    const heard = await listening(client);
    await subscribe(client.sdk, 'note://open');
    await subscribe(client.sdk, 'own://alice/1');
    for (const uri of ['note://open', 'note://scoped', 'own://alice/1', 'own://alice/2'])
      notifier.resourceUpdated(uri, { user: ALICE });
    expect(await settled(heard)).toEqual(['note://open', 'own://alice/1']);
    await client.sdk.unsubscribeResource({ uri: 'note://open' });
    notifier.resourceUpdated('note://open');
    expect(await settled(heard)).toEqual(['note://open', 'own://alice/1']);
    await client.close();
  });

  it('hears nothing of what another one watches', async () => {
    const [one, two] = await Promise.all([connect(engine.origin, 'alice'), connect(engine.origin, 'bob')]);
    const [heardByOne, heardByTwo] = [await listening(one), await listening(two)];
    await subscribe(one.sdk, 'own://alice/1');
    notifier.resourceUpdated('own://alice/1', { user: ALICE });
    expect(await settled(heardByOne)).toEqual(['own://alice/1']);
    expect(await settled(heardByTwo)).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  it('hears nothing of what another user has under the same URI', async () => {
    const clients = await Promise.all(
      ['alice', 'alice@other', 'bob'].map((token) => connect(engine.origin, token)),
    );
    const heard: string[][] = [];
    for (const client of clients) heard.push(await listening(client));
    for (const { sdk } of clients) {
      for (const uri of ['mine://salary', 'news://1', 'note://private']) await subscribe(sdk, uri);
    }
    const told = () => Promise.all(heard.map((uris) => settled(uris)));
    notifier.resourceUpdated('mine://salary', { user: ALICE });
    expect(await told()).toEqual([['mine://salary'], ['mine://salary'], []]);
    notifier.resourceUpdated('mine://salary', { owner: agent('alice', 'other') });
    expect(await told()).toEqual([['mine://salary'], ['mine://salary', 'mine://salary'], []]);
    // Whose they are nobody has said, and other users read something else there.
    for (const uri of ['mine://salary', 'note://private']) notifier.resourceUpdated(uri);
    expect((await told()).map(({ length }) => length)).toEqual([1, 2, 0]);
    notifier.resourceUpdated('news://1');
    expect((await told()).map((uris) => uris.at(-1))).toEqual(['news://1', 'news://1', 'news://1']);
    await Promise.all(clients.map((client) => client.close()));
  });

  it.each(['own://alice/1', 'none://', 'note://none', 'not a uri'])('cannot watch %s', async (uri) => {
    const client = await connect(engine.origin, 'mallory');
    await expect(subscribe(client.sdk, uri)).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  it('cannot watch what needs another scope, and can with it', async () => {
    const client = await connect(engine.origin, 'alice');
    await expect(subscribe(client.sdk, 'note://scoped')).rejects.toThrow(/scope|403|500/i);
    await client.close();
    const scoped = await connect(engine.origin, 'alice+notes:read');
    await subscribe(scoped.sdk, 'note://scoped');
    await scoped.close();
  });

  it('watches no more than a hundred resources', async () => {
    const client = await connect(engine.origin, 'alice');
    const uris = Array.from({ length: 100 }, (_, n) => `own://alice/${n}`);
    for (const uri of uris) await subscribe(client.sdk, uri);
    await expect(subscribe(client.sdk, 'own://alice/x')).rejects.toThrow('No more than 100 subscriptions');
    await subscribe(client.sdk, 'own://alice/5');
    await client.sdk.unsubscribeResource({ uri: 'own://alice/5' });
    await subscribe(client.sdk, 'own://alice/x');
    await client.close();
  });
});

async function request(
  origin: string,
  token: string,
  notifications: unknown,
  id: unknown,
): Promise<Response> {
  return fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'subscriptions/listen',
      params: { notifications, _meta: MODERN_META },
    }),
  });
}

const listen = async (origin: string, token: string, notifications: unknown, id: unknown = 'l') =>
  new EventReader(await request(origin, token, notifications, id));

const nextOf = async (stream: EventReader): Promise<unknown> =>
  JSON.parse((await stream.next())?.data ?? 'null');

describe('a subscription of 2026-07-28', () => {
  it('acknowledges what it will tell, and tells that', async () => {
    const stream = await listen(engine.origin, 'alice', {
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: ['note://open', 'own://alice/1', 'own://bob/1', 'none://', 'note://open'],
    });
    expect(await nextOf(stream)).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: {
        notifications: { toolsListChanged: true, resourceSubscriptions: ['note://open', 'own://alice/1'] },
        _meta: { 'io.modelcontextprotocol/subscriptionId': 'l' },
      },
    });
    for (const uri of ['own://bob/1', 'own://alice/2', 'own://alice/1']) {
      notifier.resourceUpdated(uri, { user: ALICE });
    }
    expect(await nextOf(stream)).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'own://alice/1' },
    });
    notifier.promptsChanged();
    notifier.resourcesChanged();
    notifier.toolsChanged();
    expect(await nextOf(stream)).toMatchObject({ method: 'notifications/tools/list_changed' });
    await stream.cut();
  });

  it('promises nothing when nothing asked for may be told', async () => {
    const stream = await listen(engine.origin, 'mallory', { resourceSubscriptions: ['own://alice/1'] });
    const [acknowledged, end, ...more] = await stream.rest();
    expect(JSON.parse(acknowledged?.data ?? '')).toMatchObject({ params: { notifications: {} } });
    expect(JSON.parse(end?.data ?? '')).toMatchObject({ id: 'l', result: { resultType: 'complete' } });
    expect(more).toEqual([]);
  });

  it('of a resource that needs another scope is a step-up', async () => {
    const refused = await listen(engine.origin, 'alice', { resourceSubscriptions: ['note://scoped'] });
    // The engine alone has no filter that renders the challenge; the room that has one tests it.
    expect(refused.response.status).toBe(500);
    const stream = await listen(engine.origin, 'alice+notes:read', {
      resourceSubscriptions: ['note://scoped'],
    });
    expect(await nextOf(stream)).toMatchObject({
      params: { notifications: { resourceSubscriptions: ['note://scoped'] } },
    });
    await stream.cut();
  });

  it.each([undefined, null, 'all', { resourceSubscriptions: 'note://open' }, { resourceSubscriptions: [1] }])(
    'is refused for the filter %j',
    async (notifications) => {
      const response = await request(engine.origin, 'alice', notifications, 'l');
      expect(await response.text()).toContain('-32602');
    },
  );

  it('is one of a few that a user may have through all clients', async () => {
    const small = await startEngine([Notes], { subscriptions: { maxPerPrincipal: 2, maxPerUser: 3 } });
    const all = { toolsListChanged: true };
    const streams = [];
    for (const client of ['a', 'b', 'c']) streams.push(await listen(small.origin, `alice@${client}`, all));
    const refused = await request(small.origin, 'alice@d', all, 4);
    expect(await refused.json()).toMatchObject({
      error: { message: 'No more than 3 subscriptions at once' },
    });
    streams.push(await listen(small.origin, 'bob@a', all));
    await Promise.all(streams.map((stream) => stream.cut()));
    await small.close();
  });

  it('[row 89] is one of a few that a principal may have, and gives its place back', async () => {
    const all = { toolsListChanged: true };
    const streams = [];
    for (const id of [1, 2, 3]) streams.push(await listen(engine.origin, 'greedy', all, id));
    for (const stream of streams) expect(await nextOf(stream)).toHaveProperty('method');
    const refused = await request(engine.origin, 'greedy', all, 4);
    expect(refused.status).toBe(200);
    expect(await refused.json()).toEqual({
      jsonrpc: '2.0',
      id: 4,
      error: { code: -32603, message: 'No more than 3 subscriptions at once' },
    });
    const other = await listen(engine.origin, 'modest', all);
    expect(await nextOf(other)).toHaveProperty('method');
    await Promise.all([other, ...streams.slice(1)].map((stream) => stream.cut()));
    await expect
      .poll(async () => {
        const stream = await listen(engine.origin, 'greedy', all, 5);
        const { response } = stream;
        const type = response.headers.get('content-type');
        await stream.cut();
        return type;
      })
      .toBe('text/event-stream');
    await streams[0]?.cut();
  });

  it('tells a user nothing of what another one has under the same URI', async () => {
    const filter = {
      resourceSubscriptions: ['mine://salary'],
      promptsListChanged: true,
      toolsListChanged: true,
    };
    const streams = await Promise.all(
      ['alice', 'alice@other', 'bob'].map((token) => listen(engine.origin, token, filter)),
    );
    for (const stream of streams) await stream.next();
    notifier.resourceUpdated('mine://salary', { user: ALICE });
    notifier.resourceUpdated('mine://salary', { owner: agent('alice', 'other') });
    notifier.resourceUpdated('mine://salary');
    notifier.toolsChanged();
    const told = streams.map(async (stream) => {
      const methods: unknown[] = [];
      while (methods.at(-1) !== 'notifications/tools/list_changed') {
        methods.push(Reflect.get(Object(await nextOf(stream)), 'method'));
      }
      await stream.cut();
      return methods.length - 1;
    });
    expect(await Promise.all(told)).toEqual([1, 2, 0]);
  });

  it('watches all of twenty resources, however few calls its user may have running', async () => {
    const limited = await startEngine([Notes], { limiter: new OneAtATime() });
    const uris = Array.from({ length: 20 }, (_, n) => `own://alice/${n}`);
    const stream = await listen(limited.origin, 'alice', { resourceSubscriptions: uris });
    expect(await nextOf(stream)).toMatchObject({
      params: { notifications: { resourceSubscriptions: uris } },
    });
    await stream.cut();
    await limited.close();
  });

  it('is refused, not shortened, when a limit does not let its resources be read', async () => {
    const limited = await startEngine([Notes], { limiter: new NoneAtAll() });
    const response = await request(limited.origin, 'alice', { resourceSubscriptions: ['note://open'] }, 'l');
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 'l',
      error: { code: -32603, message: 'Too many calls at once' },
    });
    const [session] = SESSION_ERAS;
    const client = await session?.connect(limited.origin, 'alice');
    await expect(client?.sdk.subscribeResource({ uri: 'note://open' })).rejects.toThrow(
      'Too many calls at once',
    );
    await client?.close();
    await limited.close();
  });

  it('is refused when it names more than a hundred resources', async () => {
    const uris = Array.from({ length: 101 }, (_, n) => `own://alice/${n}`);
    const response = await request(engine.origin, 'alice', { resourceSubscriptions: uris }, 7);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32600, message: 'No more than 100 subscriptions at once' },
    });
  });

  it('works with the official client', async () => {
    const client = await ANSWERING_ERAS[3]?.connect(engine.origin, 'alice');
    if (!(client?.sdk instanceof ModernClient)) throw new Error('The last era is that of SDK 2');
    const heard: string[] = [];
    client.sdk.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      heard.push(params.uri);
    });
    const subscription = await client.sdk.listen({ resourceSubscriptions: ['own://alice/1', 'own://bob/1'] });
    notifier.resourceUpdated('own://bob/1', { user: ALICE });
    notifier.resourceUpdated('own://alice/1', { user: ALICE });
    await expect.poll(() => heard).toEqual(['own://alice/1']);
    await subscription.close();
    await client.close();
  });

  it('ends with a result when the server stops', async () => {
    const brief = await startEngine([Notes]);
    const stream = await listen(brief.origin, 'alice', { toolsListChanged: true });
    await stream.next();
    const [rest] = await Promise.all([stream.rest(), brief.close()]);
    expect(rest.map(({ data }) => JSON.parse(data))).toMatchObject([
      { id: 'l', result: { resultType: 'complete' } },
    ]);
  });
});
