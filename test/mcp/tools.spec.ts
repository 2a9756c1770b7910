import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  InternalServerErrorException,
  Logger,
  type NestInterceptor,
  type PipeTransform,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ProtocolError } from '@modelcontextprotocol/server';
import { map, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool, ToolError } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { LoggedLines } from '../support/logged.lines.js';

const Named = z.object({ name: z.string().min(2) });

@Injectable()
class OnlyAlice implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const [, { principal }]: [unknown, McpContext] = context.getArgs();
    return context.getType<string>() === 'mcp' && principal.subject === 'alice';
  }
}

@Injectable()
class Shout implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((text: string) => text.toUpperCase()));
  }
}

@Injectable()
class NoBob implements PipeTransform {
  transform(value: unknown): unknown {
    if (typeof value === 'object' && value !== null && 'name' in value && value.name === 'bob') {
      throw new BadRequestException('bob is not greeted here');
    }
    return value;
  }
}

const Subject = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const [, { principal }]: [unknown, McpContext] = context.getArgs();
  return principal.subject;
});

@Injectable()
class Dictionary {
  readonly hello = 'Hello';
}

@Injectable()
class Greetings {
  constructor(private readonly dictionary: Dictionary) {}

  @Tool({ name: 'greet', description: 'Greets.', inputSchema: Named })
  greet({ name }: z.output<typeof Named>, { principal, era }: McpContext) {
    return { greeting: `${this.dictionary.hello} ${name}, from ${principal.subject}`, era };
  }

  @Tool({ name: 'guarded', description: 'Alice only.' })
  @UseGuards(OnlyAlice)
  guarded() {
    return 'for alice';
  }

  @Tool({ name: 'loud', description: 'Shouts.' })
  @UseInterceptors(Shout)
  loud() {
    return 'quiet';
  }

  @Tool({ name: 'piped', description: 'Has a pipe.', inputSchema: Named })
  @UsePipes(NoBob)
  piped({ name }: z.output<typeof Named>) {
    return name;
  }

  @Tool({ name: 'decorated', description: 'Takes a decorated parameter.' })
  decorated(_input: unknown, _context: McpContext, @Subject() subject: string) {
    return subject;
  }

  @Tool({ name: 'admin', description: 'Needs scopes.', scopes: ['a:read', 'a:write'] })
  admin() {
    return 'done';
  }
}

const What = z.object({ what: z.string() });
const SECRET = 'redis://:hunter2@redis:6379';

/** What a tool may throw. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  error: () => new Error(SECRET),
  string: () => SECRET,
  null: () => null,
  undefined: () => undefined,
  symbol: () => Symbol(SECRET),
  'nothing to describe': () => Object.create(null),
  'a throw in a throw': () => ({
    toString() {
      throw new Error(SECRET);
    },
  }),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a stack that throws': () =>
    Object.defineProperty(new Error('x'), 'stack', {
      get() {
        throw new Error(SECRET);
      },
    }),
  'a protocol error that cannot be sent': () => new ProtocolError(-32602, SECRET, { n: 1n }),
  'an HTTP fault of a server': () => new InternalServerErrorException(SECRET),
};

/** What a tool may return and JSON cannot carry. */
const UNSERIALISABLE: Readonly<Record<string, () => unknown>> = {
  circle: () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  },
  bigint: () => ({ n: 1n }),
  'a bare bigint': () => 1n,
  'bigint in structure': () => ({ content: [], structuredContent: { n: 1n } }),
  'bigint in a question': () => ({ resultType: 'input_required', inputRequests: { a: 1n } }),
  symbol: () => Symbol('s'),
  function: () => () => 'f',
  'a getter that throws': () => ({
    get value() {
      throw new Error(SECRET);
    },
  }),
  'a toJSON that throws': () => ({
    toJSON() {
      throw new Error(SECRET);
    },
  }),
  'a toJSON that makes nothing': () => ({ toJSON: () => undefined }),
  'a toJSON without end': () => {
    const deeper = (): object => ({ toJSON: () => ({ more: deeper() }) });
    return deeper();
  },
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return { proxy };
  },
};

@Injectable()
class Faults {
  @Tool({ name: 'tells', description: 'Tells its caller.' })
  tells(): string {
    throw new ToolError('Give me a smaller file');
  }

  @Tool({ name: 'leaks', description: 'Throws a secret.' })
  leaks(): string {
    throw new Error('connect ECONNREFUSED redis://:hunter2@redis:6379');
  }

  @Tool({ name: 'throws', description: 'Throws anything.', inputSchema: What })
  throws({ what }: z.output<typeof What>): string {
    throw THROWN[what]?.();
  }

  @Tool({ name: 'returns', description: 'Returns what JSON cannot carry.', inputSchema: What })
  returns({ what }: z.output<typeof What>) {
    // The types of a tool forbid most of this; what a library hands over may be anything.
    return UNSERIALISABLE[what]?.() as object;
  }

  @Tool({ name: 'changes', description: 'Differs whenever it is looked at.' })
  changes() {
    let asked = 0;
    return { toJSON: () => ({ asked: (asked += 1) }) };
  }

  @Tool({ name: 'changes-ready', description: 'Likewise, in a result.' })
  changesReady() {
    let asked = 0;
    const text = { toJSON: () => ((asked += 1) > 1 ? 1n : `asked ${asked}`) };
    return { content: [{ type: 'text' as const, text: text as unknown as string }] };
  }

  /** What the signals of calls have said. */
  static readonly told: string[] = [];

  @Tool({ name: 'hangs', description: 'Never ends.' })
  hangs(_input: unknown, { signal }: McpContext) {
    signal.addEventListener('abort', () => Faults.told.push(String(signal.reason.message)));
    return new Promise<string>(() => undefined);
  }

  // Without the type of its output: the compiler would refuse the method.
  @Tool<z.output<typeof What>>({
    name: 'breaks-promise',
    description: 'Breaks its output schema.',
    inputSchema: What,
    outputSchema: Named,
  })
  breaksPromise({ what }: z.output<typeof What>) {
    if (what === 'wrong') return { name: 1 };
    return what === 'text' ? { content: [{ type: 'text' as const, text: 'no structure' }] } : undefined;
  }

  @Tool({ name: 'large', description: 'Says a lot.', inputSchema: z.object({ kind: z.string() }) })
  large({ kind }: { kind: string }) {
    if (kind === 'just') return 'x'.repeat(4_194_304);
    const text = 'x'.repeat(5_000_000);
    if (kind === 'text') return text;
    return kind === 'structure' ? { text } : { content: [{ type: 'text' as const, text }] };
  }

  @Tool({ name: 'strict', description: 'Takes nothing.', inputSchema: z.strictObject({}) })
  strict() {
    return 'nothing';
  }
}

let engine: EngineApp;

/** Counts the places of running calls. */
const places = {
  taken: 0,
  enter: async () => {
    places.taken += 1;
    return () => {
      places.taken -= 1;
    };
  },
};
const logged: string[] = [];

beforeAll(async () => {
  engine = await startEngine([Dictionary, Greetings, Faults], { toolTimeoutMs: 300, limiter: places });
  Logger.overrideLogger(new LoggedLines(logged));
});
afterAll(async () => {
  await engine.close();
  Logger.overrideLogger(false);
});

describe.each(ERAS)('a tool in $era', ({ connect }) => {
  const call = async (token: string, name: string, args?: Record<string, unknown>) => {
    const client = await connect(engine.origin, token);
    try {
      return await client.callTool(name, args);
    } finally {
      await client.close();
    }
  };

  const answersTo = async (name: string, inputs: readonly Record<string, unknown>[]) => {
    const client = await connect(engine.origin, 'alice');
    const answers: unknown[] = [];
    for (const input of inputs) {
      const { isError, text } = await client.callTool(name, input);
      answers.push({ input, isError, text });
    }
    await client.close();
    return answers;
  };
  const masked = (input: Record<string, unknown>) => ({
    input,
    isError: true,
    text: expect.stringMatching(/^Internal error \(ref [0-9a-f]{12}\)$/),
  });

  it('is listed with the others, in the order of their names', async () => {
    const client = await connect(engine.origin, 'alice');
    const { tools } = await client.listTools();
    await client.close();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('greet');
  });

  it('receives its input and its caller, and answers text and structure', async () => {
    const answer = await call('alice', 'greet', { name: 'Carol' });
    expect(answer).toMatchObject({ isError: false, structured: { greeting: 'Hello Carol, from alice' } });
    expect(JSON.parse(answer.text)).toEqual(answer.structured);
  });

  it('tells the model which argument is wrong', async () => {
    const answer = await call('alice', 'greet', { name: 'C' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/^Invalid arguments\. name: /);
  });

  it('runs behind its Nest guard', async () => {
    expect((await call('alice', 'guarded')).text).toBe('for alice');
    expect(await call('bob', 'guarded')).toMatchObject({ isError: true, text: 'Forbidden resource' });
  });

  it('runs inside its interceptor, its pipe and its parameter decorators', async () => {
    expect((await call('alice', 'loud')).text).toBe('QUIET');
    expect((await call('alice', 'piped', { name: 'carol' })).text).toBe('carol');
    expect(await call('alice', 'piped', { name: 'bob' })).toMatchObject({
      isError: true,
      text: 'bob is not greeted here',
    });
    expect((await call('alice', 'decorated')).text).toBe('alice');
  });

  it('is refused without all of its scopes, and runs with them', async () => {
    expect((await call('alice+a:read+a:write', 'admin')).text).toBe('done');
    await expect(call('alice+a:read', 'admin')).rejects.toThrow(/scope|403|500/i);
  });

  it('is unknown when nobody has registered it, even under the name of an inherited property', async () => {
    await expect(call('alice', 'nosuch')).rejects.toThrow('Unknown tool: nosuch');
    await expect(call('alice', 'constructor')).rejects.toThrow('Unknown tool: constructor');
  });

  it('[row 120] tells its caller what a ToolError says, and masks whatever else is thrown', async () => {
    expect(await call('alice', 'tells')).toMatchObject({ isError: true, text: 'Give me a smaller file' });
    const inputs = Object.keys(THROWN).map((what) => ({ what }));
    expect(await answersTo('leaks', [{}])).toEqual([masked({})]);
    expect(await answersTo('throws', inputs)).toEqual(inputs.map(masked));
  });

  it('[row 124] answers with an error, not with silence, when its result cannot be serialised', async () => {
    const inputs = Object.keys(UNSERIALISABLE).map((what) => ({ what }));
    expect(await answersTo('returns', inputs)).toEqual(inputs.map(masked));
  });

  it('[row 124] is asked once what its result is: what it would say the second time does not go out', async () => {
    const client = await connect(engine.origin, 'alice');
    expect((await client.callTool('changes')).structured).toEqual({ asked: 1 });
    expect(await client.callTool('changes-ready')).toMatchObject({ isError: false, text: 'asked 1' });
    await client.close();
  });

  it('[row 125] whose result breaks its output schema, or lacks structure, fails as our own fault', async () => {
    logged.length = 0;
    const inputs = ['wrong', 'nothing', 'text'].map((what) => ({ what }));
    expect(await answersTo('breaks-promise', inputs)).toEqual(inputs.map(masked));
    expect(logged.filter((line) => line.includes('breaks the output schema'))).toHaveLength(3);
  });

  it('[row 122] is given up when its time is over, told so by its signal, and leaves its place', async () => {
    const before = Faults.told.length;
    expect(await call('alice', 'hangs')).toMatchObject({
      isError: true,
      text: 'The tool took longer than 0.3 s',
    });
    expect(Faults.told.slice(before)).toEqual(['The tool took longer than 0.3 s']);
    expect(places.taken).toBe(0);
  });

  it('[row 123] whose result is too large says so, and how to go on', async () => {
    for (const kind of ['text', 'structure', 'content']) {
      const { isError, text } = await call('alice', 'large', { kind });
      expect({ kind, isError, text }).toEqual({
        kind,
        isError: true,
        text: expect.stringMatching(
          /^Result too large: \d{7} bytes, and no more than 4194304 can be answered\. Ask for less: /,
        ),
      });
    }
    expect(await call('alice', 'large', { kind: 'just' })).toMatchObject({ isError: false });
  });

  it('whose name nobody knows is not named at length', async () => {
    await expect(call('alice', 'x'.repeat(4_000))).rejects.toThrow(
      new RegExp(`Unknown tool: x{64}\\.\\.\\.$`),
    );
    const { text } = await call('alice', 'strict', { ['k'.repeat(20_000)]: 1 });
    expect(text).toMatch(/^Invalid arguments\. .{1,220}$/);
  });
});
