import { setTimeout } from 'node:timers/promises';
import {
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  UseFilters,
} from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Resource, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { LoggedLines } from '../support/logged.lines.js';
import { RPC_ERAS } from '../support/rpc.js';

/** As class-validator makes them: with the object and the value that were rejected. */
const REJECTED = { target: { password: 'hunter2' }, value: 'hunter2' };
const NESTED = [
  {
    ...REJECTED,
    property: 'user',
    children: [{ ...REJECTED, property: 'name', children: [], constraints: { a: 'name must be shorter' } }],
  },
];

const EXCEPTIONS: Readonly<Record<string, [() => unknown, RegExp]>> = {
  'errors of class-validator': [() => new BadRequestException(NESTED), /^user\.name must be shorter$/],
  'texts by property': [
    () => new BadRequestException({ message: { title: ['title must be shorter'], text: ['text is wrong'] } }),
    /^title must be shorter; text is wrong$/,
  ],
  'issues of a schema': [
    () => new BadRequestException([{ code: 'too_small', path: ['items', 0], message: 'Too small' }]),
    /^items\.0: Too small$/,
  ],
  'objects of another library': [
    () => new BadRequestException([{ msg: 'wrong', value: ['hunter2'] }]),
    /^Bad Request Exception$/,
  ],
  'a command to a terminal': [() => new BadRequestException(['a\u001b[2Jb\u0000c']), /^a \[2Jb c$/],
  'a cut character': [() => new BadRequestException('x'.repeat(16_383) + '\u{1F600}'), /^x{16383}$/],
  'a redirection': [() => new HttpException('hunter2', 302), /^Internal error \(ref /],
  'no status': [() => new HttpException('hunter2', Number.NaN), /^Internal error \(ref /],
};

class Statement extends Error {
  override readonly name = 'Statement';
  readonly code = '23505';
}
const STATEMENT = "insert into users (email) values ('alice@x.test') - duplicate\n    at my diary";

@Catch()
class SilentFilter implements ExceptionFilter {
  async catch(): Promise<void> {
    await setTimeout(1);
  }
}

const hang = () => new Promise<string>(() => undefined);
const isDone: Record<string, boolean> = {};

@Injectable()
class Failing {
  @Tool({ name: 'throws', description: 'Throws.', inputSchema: z.object({ what: z.string() }) })
  throws({ what }: { what: string }): string {
    throw EXCEPTIONS[what]?.[0]();
  }

  @Tool({ name: 'silent', description: 'Has a filter that returns nothing.' })
  @UseFilters(SilentFilter)
  silent(): string {
    throw new Error('not handled');
  }

  @Tool({ name: 'statement', description: 'Throws as a query builder does.' })
  statement(): string {
    throw new Statement(STATEMENT, { cause: new Error('the connection is closed\nmy diary') });
  }

  @Tool({ name: 'late', description: 'Fails when nobody waits any more.', timeoutMs: 20 })
  async late(): Promise<string> {
    await setTimeout(60);
    throw new Error('too late');
  }

  @Tool({ name: 'stops', description: 'Ends as its signal says.', timeoutMs: 20 })
  async stops(_input: unknown, { signal }: McpContext) {
    await setTimeout(5_000, undefined, { signal }).finally(() => (isDone['stops'] = true));
    return 'never';
  }

  @Resource({ uri: 'fail://always', name: 'always' })
  resource(): string {
    throw new Error('not readable');
  }

  @Tool({ name: 'async-listener', description: 'Has async listeners that fail.', timeoutMs: 20 })
  async(_input: unknown, { signal }: McpContext) {
    // oxlint-disable-next-line typescript/no-misused-promises -- as tools do it
    signal.addEventListener('abort', async () => Promise.reject(new Error('at once')));
    // oxlint-disable-next-line typescript/no-misused-promises -- as tools do it
    signal.addEventListener('abort', async () => {
      await setTimeout(10);
      throw new Error('later\nmy diary');
    });
    return hang();
  }

  @Tool({ name: 'derived', description: 'Listens to a signal made of its own.', timeoutMs: 20 })
  derived(_input: unknown, { signal }: McpContext) {
    AbortSignal.any([signal]).addEventListener('abort', () => {
      throw new Error('derived');
    });
    signal.onabort = () => {
      throw new Error('by property');
    };
    return hang();
  }

  @Tool({ name: 'no-text', description: 'Throws what has no text.', timeoutMs: 20 })
  noText(_input: unknown, { signal }: McpContext) {
    signal.addEventListener('abort', () => {
      throw Object.create(null);
    });
    return hang();
  }

  static readonly order: string[] = [];

  @Tool({ name: 'order', description: 'Has listeners of every form.', timeoutMs: 20 })
  order(_input: unknown, { signal }: McpContext) {
    const { order } = Failing;
    const removed = () => order.push('removed');
    signal.addEventListener('abort', { handleEvent: () => order.push('object') });
    signal.addEventListener('abort', () => signal.removeEventListener('abort', removed), { capture: true });
    signal.addEventListener('abort', removed);
    signal.addEventListener('abort', function (this: AbortSignal) {
      order.push(`last ${this === signal} ${signal.aborted}`);
    });
    return hang();
  }
}

let engine: EngineApp;
const lines: string[] = [];

beforeAll(async () => {
  engine = await startEngine([Failing]);
  engine.app.useLogger(new LoggedLines(lines));
});
afterAll(() => engine.close());
beforeEach(() => {
  lines.length = 0;
});

const faults = (): string[] => lines.filter((line) => line.startsWith('["error"'));
const Content = z.array(z.looseObject({ text: z.string() }));

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  const ask = async (method: string, params: object) => {
    const peer = await open(engine.origin, 'alice');
    const answer = await peer.request(method, params);
    peer.close();
    return answer;
  };
  const call = async (name: string, args: object = {}) => {
    const { result } = await ask('tools/call', { name, arguments: args });
    return { isError: result?.['isError'], text: Content.parse(result?.['content'])[0]?.text ?? '' };
  };

  it.each(Object.entries(EXCEPTIONS))(
    'the caller reads of %s what was written for it',
    async (what, [, words]) => {
      const { isError, text } = await call('throws', { what });
      expect(isError).toBe(true);
      expect(text).toMatch(words);
      expect(text).not.toContain('hunter2');
    },
  );

  it('a filter that returns nothing, also by a promise, makes no success of an error', async () => {
    expect(await call('silent')).toMatchObject({ isError: true });
    expect(faults()).toEqual([expect.stringContaining('not handled')]);
  });

  it('the log has no values of a statement, and has code and cause', async () => {
    await call('statement');
    expect(faults()).toHaveLength(1);
    expect(faults()[0]).toContain("Statement: insert into users (email) values ('?') - duplicate (23505)");
    expect(faults()[0]).toContain('caused by Error: the connection is closed');
    expect(faults()[0]).not.toMatch(/alice@x|my diary/);
  });

  it('an error after the time limit is logged once with its tool', async () => {
    expect((await call('late')).text).toContain('longer than 0.02 s');
    await expect.poll(faults).toEqual([expect.stringContaining('too late')]);
    expect(faults()[0]).toContain('"feature":"late","subject":"alice","client":"agent"');
  });

  it('a tool that stops when it is told to is no fault', async () => {
    isDone['stops'] = false;
    await call('stops');
    await expect.poll(() => isDone['stops']).toBe(true);
    await setTimeout(1);
    expect(faults()).toEqual([]);
  });

  it.each([
    ['async-listener', ['at once', 'later']],
    ['derived', ['by property', 'derived']],
    ['no-text', ['cannot be described']],
  ])('listeners that fail are logged once with their tool and caller: %s', async (tool, texts) => {
    await call(tool);
    await expect.poll(faults).toHaveLength(texts.length);
    for (const [index, text] of texts.entries()) {
      expect(faults()[index]).toContain(text);
      expect(faults()[index]).toContain(`"feature":"${tool}","subject":"alice","client":"agent"`);
    }
    expect(lines.join('')).not.toContain('my diary');
  });

  it('listeners run in their order, and may remove each other', async () => {
    Failing.order.length = 0;
    await call('order');
    expect(Failing.order).toEqual(['object', 'last true true']);
    expect(faults()).toEqual([]);
  });
});

it('a resource that fails while it is subscribed to is logged once', async () => {
  const peer = await RPC_ERAS[1]?.open(engine.origin, 'alice');
  expect((await peer?.request('resources/subscribe', { uri: 'fail://always' }))?.error?.code).toBe(-32602);
  expect(faults()).toEqual([expect.stringContaining('not readable')]);
  peer?.close();
});
