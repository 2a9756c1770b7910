import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type McpContext, Tool, ToolError } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';

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

  @Tool({ name: 'throws-nothing', description: 'Throws null.' })
  throwsNothing(): string {
    throw null;
  }

  @Tool({ name: 'circular', description: 'Returns a circle.' })
  circular() {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  }

  @Tool({ name: 'bigint', description: 'Returns a BigInt.' })
  bigint() {
    return { content: [], structuredContent: { n: 1n } };
  }

  @Tool({ name: 'hangs', description: 'Never ends.' })
  hangs() {
    return new Promise<string>(() => undefined);
  }

  @Tool({ name: 'breaks-promise', description: 'Breaks its output schema.', outputSchema: Named })
  breaksPromise() {
    return { name: 1 };
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Dictionary, Greetings, Faults], { toolTimeoutMs: 300 });
});
afterAll(() => engine.close());

describe.each(ERAS)('a tool in $era', ({ connect }) => {
  const call = async (token: string, name: string, args?: Record<string, unknown>) => {
    const client = await connect(engine.origin, token);
    try {
      return await client.callTool(name, args);
    } finally {
      await client.close();
    }
  };

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

  it('tells its caller what a ToolError says, and masks everything else', async () => {
    expect(await call('alice', 'tells')).toMatchObject({ isError: true, text: 'Give me a smaller file' });
    for (const name of ['leaks', 'throws-nothing', 'breaks-promise']) {
      const { isError, text } = await call('alice', name);
      expect({ name, isError, text }).toEqual({
        name,
        isError: true,
        text: expect.stringMatching(/^Internal error \(ref [0-9a-f]{12}\)$/),
      });
    }
  });

  it('answers with an error, not with silence, when its result cannot be serialised', async () => {
    for (const name of ['circular', 'bigint']) {
      expect(await call('alice', name)).toMatchObject({
        isError: true,
        text: expect.stringContaining('Internal error'),
      });
    }
  });

  it('is given up when its time is over', async () => {
    expect(await call('alice', 'hangs')).toMatchObject({
      isError: true,
      text: 'The tool took longer than 0.3 s',
    });
  });
});
