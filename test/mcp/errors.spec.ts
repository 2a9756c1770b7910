import { setTimeout } from 'node:timers/promises';
import {
  ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  Injectable,
  InternalServerErrorException,
  NotFoundException,
  UseFilters,
} from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Completion, type McpContext, Prompt, Resource, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { LoggedLines } from '../support/logged.lines.js';
import { RPC_ERAS } from '../support/rpc.js';

const QUERY = 'Failed query: insert into notes (text) values ($1)\nparams: my diary';

const THROWN: Readonly<Record<string, () => unknown>> = {
  list: () => new BadRequestException(['title must be shorter than 5', 'text must be a string']),
  text: () => new BadRequestException('id must be a number'),
  object: () =>
    new BadRequestException({ message: ['a is wrong'], secret: 'hunter2', target: { password: 'hunter2' } }),
  nested: () =>
    new BadRequestException({ message: [{ property: 'a', target: { secret: 'hunter2' } }, 'b is wrong'] }),
  bare: () => new NotFoundException(),
  members: () => new BadRequestException({ errors: ['hunter2'] }),
  long: () => new BadRequestException(Array.from({ length: 5_000 }, (_, index) => `field ${index} is wrong`)),
  ours: () => new InternalServerErrorException(['hunter2']),
  driver: () => Object.assign(new Error(QUERY), { parameters: ['my diary'] }),
  nothing: () => undefined,
};
const WORDS: Readonly<Record<string, RegExp>> = {
  list: /^title must be shorter than 5; text must be a string$/,
  text: /^id must be a number$/,
  object: /^a is wrong$/,
  nested: /^b is wrong$/,
  bare: /^Not Found$/,
  members: /^Bad Request Exception$/,
  long: /^field 0 is wrong; .{1000,16400}$/,
  ours: /^Internal error \(ref [\da-f]{12}\)$/,
  driver: /^Internal error \(ref [\da-f]{12}\)$/,
  nothing: /^Internal error \(ref [\da-f]{12}\)$/,
};

class Odd extends Error {}

@Catch(Odd)
class OddFilter implements ExceptionFilter {
  catch(_error: Odd, _host: ArgumentsHost): string {
    return 'handled by a filter';
  }
}

const Args = z.object({ what: z.string() });
const fail = (what: string): never => {
  throw THROWN[what]?.();
};

@Injectable()
class Failing {
  static listeners = 0;

  @Tool({ name: 'fail', description: 'Fails.', inputSchema: Args })
  tool({ what }: z.output<typeof Args>): string {
    return fail(what);
  }

  @Prompt({ name: 'fail', argsSchema: Args })
  prompt({ what }: z.output<typeof Args>): string {
    return fail(what);
  }

  @Completion({ prompt: 'fail', argument: 'what' })
  complete(value: string): string[] {
    return fail(value);
  }

  @Resource({ uri: 'fail://driver', name: 'fail' })
  resource(): string {
    return fail('driver');
  }

  @Tool({ name: 'odd', description: 'Fails in a way that a filter knows.' })
  @UseFilters(OddFilter)
  odd(): string {
    throw new Odd('odd');
  }

  @Tool({ name: 'listens', description: 'Has listeners that throw.', timeoutMs: 50 })
  async listens(_input: unknown, { signal }: McpContext) {
    signal.addEventListener('abort', () => {
      Failing.listeners += 1;
      throw new Error('postgres://user:hunter2@host is closed');
    });
    signal.addEventListener('abort', () => {
      Failing.listeners += 1;
      process.nextTick(() => {
        throw new Error('later');
      });
    });
    await setTimeout(2_000, undefined, { ref: false });
    return 'never';
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

/** Without debug entries, which speak of sessions. */
const faults = (): string[] => lines.filter((line) => !line.startsWith('["debug"'));

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

  it.each(Object.keys(THROWN))(
    'the caller of a tool reads what was written for it, and no more: %s',
    async (what) => {
      const { isError, text } = await call('fail', { what });
      expect(isError).toBe(true);
      expect(text).toMatch(WORDS[what] ?? /never/);
      expect(text).not.toContain('hunter2');
    },
  );

  it.each(['list', 'long', 'driver'])('so does the caller of a prompt: %s', async (what) => {
    const { error } = await ask('prompts/get', { name: 'fail', arguments: { what } });
    expect(error?.message).toMatch(WORDS[what] ?? /never/);
  });

  it('an error is logged once, in one entry that names the feature and its caller', async () => {
    const { text } = await call('fail', { what: 'driver' });
    expect(faults()).toHaveLength(1);
    const [level, entry] = JSON.parse(faults()[0] ?? '[]');
    expect([level, entry]).toEqual([
      'error',
      {
        event: 'tool.failed',
        tool: 'fail',
        subject: 'alice',
        client: 'agent',
        ref: /ref (\w+)/.exec(text)?.[1],
        error: expect.stringMatching(
          /^Error: Failed query: insert into notes \(text\) values \(\$1\)\n {4}at /,
        ),
      },
    ]);
    expect(lines.join('')).not.toContain('my diary');
  });

  it('so is that of a resource, a prompt and a completion', async () => {
    const asked = [
      ['resources/read', { uri: 'fail://driver' }],
      ['prompts/get', { name: 'fail', arguments: { what: 'driver' } }],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: 'fail' }, argument: { name: 'what', value: 'driver' } },
      ],
    ] as const;
    for (const [method, params] of asked) {
      lines.length = 0;
      await ask(method, params);
      expect({ method, logged: faults() }).toEqual({
        method,
        logged: [expect.stringContaining('"subject":"alice","client":"agent"')],
      });
    }
  });

  it('an error that was written for the caller is not logged as a fault', async () => {
    await call('fail', { what: 'list' });
    expect(faults()).toEqual([]);
  });

  it('a filter of the author still handles its error', async () => {
    expect(await call('odd')).toEqual({ isError: undefined, text: 'handled by a filter' });
  });

  it('an abort listener that throws is logged with its tool, and everything goes on', async () => {
    Failing.listeners = 0;
    const handlers = process.listenerCount('uncaughtException');
    expect((await call('listens')).text).toContain('longer than 0.05 s');
    await expect.poll(() => lines.filter((line) => line.includes('abort_listener.failed')).length).toBe(2);
    expect(Failing.listeners).toBe(2);
    expect(lines.join('')).toContain('"feature":"listens"');
    expect(process.hasUncaughtExceptionCaptureCallback()).toBe(false);
    expect(process.listenerCount('uncaughtException')).toBe(handlers);
    expect((await call('odd')).text).toBe('handled by a filter');
  });
});
