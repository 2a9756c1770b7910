import {
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, REQUEST } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Completion, type McpContext, Prompt, Resource, Tool } from '../../src/mcp/index.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS } from '../support/rpc.js';

let engine: EngineApp | undefined;
afterEach(() => engine?.close());

/** Counts what is made for one call. */
@Injectable({ scope: Scope.REQUEST })
class Visit {
  static made = 0;
  readonly number = (Visit.made += 1);

  constructor(@Inject(REQUEST) readonly context: McpContext) {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(private readonly visit: Visit) {}

  @Tool({ name: 'who', description: 'Says who calls, from the request.' })
  async who(_input: unknown, { principal }: McpContext) {
    await new Promise(setImmediate);
    return `${this.visit.context.principal.subject} ${principal.subject} ${this.visit.number}`;
  }

  @Resource({ uri: 'scope://who', name: 'who' })
  resource() {
    return this.visit.context.principal.subject;
  }

  @Prompt({ name: 'who' })
  prompt() {
    return this.visit.context.principal.subject;
  }
}

@Injectable()
class Dependency {
  readonly text = 'constructed';
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  constructor(private readonly dependency: Dependency) {}

  @Tool({ name: 'transient', description: 'Says what it has.' })
  say() {
    return this.dependency.text;
  }
}

@Injectable()
class Plain {
  @Tool({ name: 'plain', description: 'A singleton.' })
  plain() {
    return 'ran';
  }

  @Resource({ uri: 'plain://one', name: 'plain' })
  resource() {
    return 'ran';
  }

  @Prompt({ name: 'plain', argsSchema: z.object({ a: z.string().optional() }) })
  prompt() {
    return 'ran';
  }

  @Completion({ prompt: 'plain', argument: 'a' })
  complete() {
    return ['ran'];
  }
}

@Injectable({ scope: Scope.REQUEST })
class DenyMallory implements CanActivate {
  constructor(private readonly visit: Visit) {}

  canActivate(context: ExecutionContext): boolean {
    // Nest hands the HTTP request to the guard before that of a controller.
    if (context.getType<string>() !== 'mcp') return true;
    return this.visit.context.principal.subject !== 'mallory';
  }
}

@Injectable({ scope: Scope.REQUEST })
class Shout implements NestInterceptor {
  constructor(readonly visit: Visit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() === 'mcp') Shout.seen.push(this.visit.context.principal.subject);
    return next.handle();
  }

  static readonly seen: string[] = [];
}

@Injectable({ scope: Scope.REQUEST })
class SeePipe implements PipeTransform {
  static readonly seen: string[] = [];

  constructor(private readonly visit: Visit) {}

  transform(value: unknown): unknown {
    SeePipe.seen.push(this.visit.context.principal?.subject);
    return value;
  }
}

class Odd extends Error {}

@Catch(Odd)
@Injectable({ scope: Scope.REQUEST })
class OddFilter implements ExceptionFilter {
  constructor(private readonly visit: Visit) {}

  catch(): unknown {
    return `handled for ${this.visit.context.principal.subject}`;
  }
}

@Injectable()
@UseGuards(DenyMallory)
class Guarded {
  @Tool({ name: 'guarded', description: 'Behind a guard of its class.' })
  guarded() {
    return 'ran';
  }

  @Tool({ name: 'odd', description: 'Throws.' })
  odd(): string {
    throw new Odd();
  }
}

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  const ask = async (token: string, method: string, params: object) => {
    if (engine === undefined) throw new Error('not started');
    const peer = await open(engine.origin, token);
    const answer = await peer.request(method, params);
    peer.close();
    return answer;
  };
  const call = async (token: string, name: string) =>
    (await ask(token, 'tools/call', { name, arguments: {} })).result;

  it('a class of request scope is made for each call, and its calls do not mix', async () => {
    engine = await startEngine([PerRequest, Visit]);
    const users = ['alice', 'bob', 'carol', 'alice'];
    const results = await Promise.all(users.map((user) => call(user, 'who')));
    const texts = results.map((result) => String(Reflect.get(Object(result?.['content']), 0)?.text));
    expect(texts.map((text) => text.split(' ').slice(0, 2))).toEqual(users.map((user) => [user, user]));
    expect(new Set(texts.map((text) => text.split(' ')[2])).size).toBe(4);
    expect((await ask('bob', 'resources/read', { uri: 'scope://who' })).result).toMatchObject({
      contents: [{ text: 'bob' }],
    });
    expect((await ask('bob', 'prompts/get', { name: 'who' })).result).toMatchObject({
      messages: [{ content: { text: 'bob' } }],
    });
  });

  it('a transient class is constructed', async () => {
    engine = await startEngine([Transient, Dependency]);
    expect(await call('alice', 'transient')).toMatchObject({ content: [{ text: 'constructed' }] });
  });

  it('a global guard of request scope is applied to every kind of feature', async () => {
    engine = await startEngine([
      Plain,
      Visit,
      { provide: APP_GUARD, useClass: DenyMallory, scope: Scope.REQUEST },
    ]);
    expect(await call('alice', 'plain')).toMatchObject({ content: [{ text: 'ran' }] });
    expect(await call('mallory', 'plain')).toMatchObject({
      isError: true,
      content: [{ text: 'Forbidden resource' }],
    });
    for (const [method, params] of [
      ['resources/read', { uri: 'plain://one' }],
      ['prompts/get', { name: 'plain' }],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: 'plain' }, argument: { name: 'a', value: '' } },
      ],
    ] as const) {
      expect((await ask('alice', method, params)).error).toBeUndefined();
      expect((await ask('mallory', method, params)).error).toMatchObject({ code: -32602 });
    }
  });

  it('a guard of request scope on the class is applied', async () => {
    engine = await startEngine([Guarded, DenyMallory, Visit]);
    expect(await call('alice', 'guarded')).toMatchObject({ content: [{ text: 'ran' }] });
    expect(await call('mallory', 'guarded')).toMatchObject({ isError: true });
  });

  it('interceptors, pipes and filters of request scope are applied', async () => {
    engine = await startEngine([
      Guarded,
      Plain,
      Visit,
      { provide: APP_INTERCEPTOR, useClass: Shout, scope: Scope.REQUEST },
      { provide: APP_PIPE, useClass: SeePipe, scope: Scope.REQUEST },
      { provide: APP_FILTER, useClass: OddFilter, scope: Scope.REQUEST },
    ]);
    Shout.seen.length = 0;
    SeePipe.seen.length = 0;
    expect(await call('alice', 'plain')).toMatchObject({ content: [{ text: 'ran' }] });
    expect(Shout.seen).toEqual(['alice']);
    expect(SeePipe.seen).toContain('alice');
    expect(await call('bob', 'odd')).toMatchObject({ content: [{ text: 'handled for bob' }] });
  });
});

it('a start is refused when a method is copied to another class, where Nest skips such guards', async () => {
  class Copy {}
  Object.defineProperty(
    Copy.prototype,
    'plain',
    Object.getOwnPropertyDescriptor(Plain.prototype, 'plain') ?? {},
  );
  Injectable()(Copy);
  await expect(startEngine([Copy])).rejects.toThrow(/^Copy\.plain: the method was copied from another class/);
});
