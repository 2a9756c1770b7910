import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Completion, Prompt, Resource, ResourceTemplate, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS, type RpcAnswer } from '../support/rpc.js';

const READ = ['notes:read'];
const Day = z.object({ day: z.string() });
const ran: string[] = [];

@Injectable()
class Notes {
  @Tool({ name: 'open', description: 'For all.' })
  open() {
    return 'open';
  }

  @Tool({ name: 'write', description: 'Writes.', scopes: ['notes:read', 'notes:write'] })
  write() {
    ran.push('write');
    return 'written';
  }

  @Resource({ uri: 'notes://open', name: 'open' })
  openNote() {
    return 'open';
  }

  @Resource({ uri: 'notes://all', name: 'all', scopes: READ })
  all() {
    ran.push('all');
    return 'all';
  }

  @ResourceTemplate({ uriTemplate: 'notes://by-day/{day}', name: 'day', scopes: READ })
  day() {
    ran.push('day');
    return 'day';
  }

  @Prompt({ name: 'summary', argsSchema: Day, scopes: READ })
  summary() {
    ran.push('summary');
    return 'summary';
  }

  @Completion({ prompt: 'summary', argument: 'day' })
  @Completion({ resourceTemplate: 'notes://by-day/{day}', argument: 'day' })
  days() {
    ran.push('days');
    return ['monday'];
  }
}

/** Every operation that needs scopes, with all of them. */
const OPERATIONS: readonly [string, string, object, string][] = [
  ['a tool', 'tools/call', { name: 'write' }, 'notes:read notes:write'],
  ['a resource', 'resources/read', { uri: 'notes://all' }, 'notes:read'],
  ['a resource in another spelling', 'resources/read', { uri: 'NOTES://all' }, 'notes:read'],
  ['a template', 'resources/read', { uri: 'notes://by-day/monday' }, 'notes:read'],
  ['a prompt', 'prompts/get', { name: 'summary', arguments: { day: 'monday' } }, 'notes:read'],
  ['a prompt with wrong arguments', 'prompts/get', { name: 'summary' }, 'notes:read'],
  [
    'a completion of a prompt',
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'summary' }, argument: { name: 'day', value: '' } },
    'notes:read',
  ],
  [
    'a completion of a template',
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'notes://by-day/{day}' }, argument: { name: 'day', value: '' } },
    'notes:read',
  ],
  [
    'a completion of a resource',
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'notes://all' }, argument: { name: 'day', value: '' } },
    'notes:read',
  ],
];

let engine: EngineApp;
let hiding: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Notes]);
  hiding = await startEngine([Notes], { hideForbidden: true });
});
afterAll(async () => {
  await engine.close();
  await hiding.close();
});

describe.each(RPC_ERAS)('in $era', ({ era, open }) => {
  const ask = async (origin: string, token: string, method: string, params?: object): Promise<RpcAnswer> => {
    const peer = await open(origin, token);
    try {
      return await peer.request(method, params);
    } finally {
      peer.close();
    }
  };

  /** What the host's filter makes of the refusal is its own; the engine alone has none and answers 500. */
  const isRefused = ({ status, error, result }: RpcAnswer, scope: string): boolean =>
    result === undefined &&
    (era.includes('SSE')
      ? error?.code === -32030 && JSON.stringify(error.data).includes(`"scope":"${scope}"`)
      : status >= 400);

  it.each(OPERATIONS)(
    '%s is refused without all of its scopes before anything runs',
    async (_what, method, params, scope) => {
      ran.length = 0;
      for (const token of ['alice', 'alice+notes:write', 'alice+notes:reader']) {
        for (const { origin } of [engine, hiding]) {
          const answer = await ask(origin, token, method, params);
          expect({ token, refused: isRefused(answer, scope), answer }).toMatchObject({
            token,
            refused: true,
          });
        }
      }
      expect(ran).toEqual([]);
    },
  );

  it.each(OPERATIONS.filter(([what]) => !what.includes('wrong')))(
    '%s runs with them',
    async (_what, method, params) => {
      for (const { origin } of [engine, hiding]) {
        const answer = await ask(origin, 'alice+notes:write+notes:read', method, params);
        expect(answer).toMatchObject({ result: expect.any(Object) });
      }
    },
  );

  const names = async (origin: string, token: string) => {
    const list = async (method: string, key: string, by: string) => {
      const entries: unknown = (await ask(origin, token, method)).result?.[key];
      return z
        .array(z.record(z.string(), z.unknown()))
        .parse(entries)
        .map((entry) => entry[by]);
    };
    return {
      tools: await list('tools/list', 'tools', 'name'),
      resources: await list('resources/list', 'resources', 'uri'),
      templates: await list('resources/templates/list', 'resourceTemplates', 'name'),
      prompts: await list('prompts/list', 'prompts', 'name'),
    };
  };
  const everything = {
    tools: ['open', 'write'],
    resources: ['notes://all', 'notes://open'],
    templates: ['day'],
    prompts: ['summary'],
  };

  it('lists show everything to everybody, unless the host wants it otherwise', async () => {
    expect(await names(engine.origin, 'alice')).toEqual(everything);
  });

  it('[row 47] lists leave out what the caller may not use, where the host wants it so', async () => {
    expect(await names(hiding.origin, 'alice')).toEqual({
      tools: ['open'],
      resources: ['notes://open'],
      templates: [],
      prompts: [],
    });
    expect(await names(hiding.origin, 'bob+notes:read+else')).toEqual({ ...everything, tools: ['open'] });
    expect(await names(hiding.origin, 'carol+notes:read+notes:write')).toEqual(everything);
  });
});

describe('cache hints', () => {
  const stateless = RPC_ERAS.find(({ era }) => era.startsWith('2026'));
  const hint = async (origin: string, method: string, params?: object) => {
    const peer = await stateless?.open(origin, 'alice+notes:read');
    const { ttlMs, cacheScope } = (await peer?.request(method, params))?.result ?? {};
    return { ttlMs, cacheScope };
  };
  const LISTS = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];

  it.each(LISTS)('%s may be shared while all callers see the same, and not else', async (method) => {
    expect(await hint(engine.origin, method)).toEqual({ ttlMs: 300_000, cacheScope: 'public' });
    expect(await hint(hiding.origin, method)).toEqual({ ttlMs: 300_000, cacheScope: 'private' });
  });

  it('keep what a resource answers to its reader, unless its author shares it', async () => {
    @Injectable()
    class Shared {
      @Resource({ uri: 'shared://news', name: 'news', cache: { ttlMs: 5_000, scope: 'public' } })
      news() {
        return 'news';
      }

      @Resource({ uri: 'shared://mine', name: 'mine' })
      mine() {
        return 'mine';
      }

      @Resource({ uri: 'shared://own', name: 'own', cache: { ttlMs: 5_000, scope: 'public' } })
      own() {
        return { contents: [{ uri: 'shared://own', text: 'own' }], ttlMs: 1, cacheScope: 'private' };
      }
    }
    const { origin, close } = await startEngine([Shared], { hideForbidden: true });
    const read = (uri: string) => hint(origin, 'resources/read', { uri });
    expect(await read('shared://news')).toEqual({ ttlMs: 5_000, cacheScope: 'public' });
    expect(await read('shared://mine')).toEqual({ ttlMs: 0, cacheScope: 'private' });
    expect(await read('shared://own')).toEqual({ ttlMs: 1, cacheScope: 'private' });
    // Nothing here depends on scopes, so nothing is hidden and the list is everybody's.
    expect(await hint(origin, 'resources/list')).toMatchObject({ cacheScope: 'public' });
    await close();
  });
});
