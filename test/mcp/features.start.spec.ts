import { Injectable, type Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  Completion,
  inputRequired,
  type McpContext,
  Prompt,
  type PromptOptions,
  Resource,
  type ResourceOptions,
  ResourceTemplate,
  type ResourceTemplateOptions,
  type TemplateInput,
  Tool,
  ToolError,
  type ToolOptions,
} from '../../src/mcp/index.js';
import { startEngine } from '../support/engine.app.js';
import { RPC_ERAS } from '../support/rpc.js';

type Decorate = (target: object, method: string, descriptor: TypedPropertyDescriptor<() => never>) => void;

/** A method that fits every decorator; a new one each time, because decorators mark the function. */
const newMethod = () => (): never => {
  throw new Error('Nobody calls this');
};

/** A provider with a method for each of these decorators. */
function providerOf(...decorators: readonly Decorate[]): Type {
  @Injectable()
  class Provider {}
  decorators.forEach((decorate, index) => {
    const descriptor = { value: newMethod(), configurable: true };
    Object.defineProperty(Provider.prototype, `method${index}`, descriptor);
    decorate(Provider.prototype, `method${index}`, descriptor);
  });
  return Provider;
}

const faultOf = async (...decorators: readonly Decorate[]): Promise<string> => {
  try {
    await (await startEngine([providerOf(...decorators)])).close();
    return 'it started';
  } catch (error) {
    return String(error);
  }
};

const tool = (options: Partial<ToolOptions>) => Tool({ name: 'tool', description: '', ...options });
const resource = (options: Partial<ResourceOptions>) => Resource({ uri: 'a://b', name: 'b', ...options });
const template = (options: Partial<ResourceTemplateOptions>) =>
  ResourceTemplate({ uriTemplate: 'a://{b}', name: 'b', ...options });
const prompt = (options: Partial<PromptOptions>) => Prompt({ name: 'p', ...options });
const withArgument = prompt({ argsSchema: z.object({ day: z.string() }) });
const remote = { type: 'object', properties: { a: { $ref: 'https://evil.test/schema' } } };

describe('a start is refused', () => {
  it.each<[string, readonly Decorate[], string]>([
    ['two tools of one name', [tool({}), tool({})], 'Two tools are called "tool"'],
    ['two prompts of one name', [prompt({}), prompt({})], 'Two prompts are called "p"'],
    [
      'two resources of one URI',
      [resource({}), resource({ name: 'c' })],
      'Two resources have the URI "a://b"',
    ],
    [
      'two spellings of one URI',
      [resource({ uri: 'http://h' }), resource({ uri: 'HTTP://H/' })],
      'Two resources have the URI "http://h/"',
    ],
    ['two templates alike', [template({}), template({ name: 'c' })], 'template "a://{b}"'],
    ['a tool name with a space', [tool({ name: 'a b' })], 'Tool name "a b"'],
    ['an empty prompt name', [prompt({ name: '' })], 'Prompt name ""'],
    ['a prompt name with a line break', [prompt({ name: 'a\nb' })], 'Prompt name'],
    ['an empty resource name', [resource({ name: ' ' })], 'Resource name " "'],
    ['a relative URI', [resource({ uri: '/b' })], 'The URI "/b"'],
    ['a URI that is too long', [resource({ uri: `a://${'b'.repeat(3_000)}` })], 'The URI "a://'],
    ['a broken template', [template({ uriTemplate: 'a://{b' })], 'The URI template "a://{b"'],
    ['a negative size', [resource({ size: -1 })], 'The size of resource "b"'],
    ['a negative time to live', [resource({ cache: { ttlMs: -1, scope: 'private' } })], 'The time to live'],
    [
      'a secret that everybody may cache',
      [resource({ scopes: ['a'], cache: { ttlMs: 1, scope: 'public' } })],
      'cannot be cached as public',
    ],
    ['an endless time limit', [tool({ timeoutMs: Infinity })], 'The timeout of tool "tool"'],
    ['no time limit', [tool({ timeoutMs: 0 })], 'The timeout of tool "tool"'],
    ['an input that is no object', [tool({ inputSchema: z.string() })], 'The input schema of tool "tool"'],
    ['arguments that are no object', [prompt({ argsSchema: z.string() })], 'The input schema of prompt "p"'],
    ['a schema that lies elsewhere', [tool({ inputSchema: remote })], 'evil.test'],
    ['a schema that is none', [tool({ inputSchema: { type: 'wrong' } })], 'type'],
    ['a completion of no prompt', [Completion({ prompt: 'p', argument: 'day' })], 'the unknown prompt "p"'],
    [
      'a completion of no template',
      [Completion({ resourceTemplate: 'a://{b}', argument: 'b' })],
      'the unknown resource template "a://{b}"',
    ],
    [
      'a completion of no argument',
      [withArgument, Completion({ prompt: 'p', argument: 'hour' })],
      'the argument "hour", which "p" does not have',
    ],
    [
      'a completion of no variable',
      [template({}), Completion({ resourceTemplate: 'a://{b}', argument: 'c' })],
      'the argument "c", which "a://{b}" does not have',
    ],
    [
      'two completions alike',
      [
        withArgument,
        Completion({ prompt: 'p', argument: 'day' }),
        Completion({ prompt: 'p', argument: 'day' }),
      ],
      'Two completions are for the argument "day" of "p"',
    ],
  ])('because of %s', async (_what, decorators, fault) => {
    expect(await faultOf(...decorators)).toContain(fault);
  });

  it.each<[string, readonly Decorate[], readonly string[]]>([
    [
      'a date',
      [tool({ inputSchema: z.object({ from: z.object({ day: z.date() }) }) })],
      ['tool "tool"', 'field "from.day"', 'Date cannot be represented', 'z.iso.datetime()'],
    ],
    [
      'a big integer in a list',
      [tool({ inputSchema: z.object({ ids: z.array(z.bigint()) }) })],
      ['tool "tool"', 'field "ids.items"', 'BigInt cannot be represented'],
    ],
    [
      'a transformed output',
      [tool({ outputSchema: z.object({ n: z.string().transform(Number) }) })],
      ['tool "tool"', 'output schema', 'field "n"', 'Transforms cannot be represented'],
    ],
    [
      'a map at the root',
      [tool({ outputSchema: z.map(z.string(), z.string()) })],
      ['tool "tool"', 'the schema', 'Map cannot'],
    ],
    [
      'a symbol in a prompt',
      [prompt({ argsSchema: z.object({ s: z.symbol() }) })],
      ['prompt "p"', 'field "s"', 'Symbols cannot'],
    ],
    [
      'an inline flag in a pattern',
      [
        tool({
          inputSchema: { type: 'object', properties: { a: { items: { type: 'string', pattern: '(?i)x' } } } },
        }),
      ],
      ['tool "tool"', 'input schema', 'field "a.items"', '"(?i)x"', 'without inline flags'],
    ],
    [
      'a pattern for names that is not one',
      [tool({ outputSchema: { type: 'object', patternProperties: { '[': {} } } })],
      ['tool "tool"', 'the schema', '"["'],
    ],
    [
      'a pattern that older JavaScript took, in Zod',
      [tool({ inputSchema: z.object({ a: z.string().regex(new RegExp(String.raw`\_`)) }) })],
      ['tool "tool"', 'field "a"', 'needless backslashes'],
    ],
    [
      'a dialect that nobody validates',
      [tool({ inputSchema: { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' } })],
      ['tool "tool"', 'input schema', 'unsupported dialect'],
    ],
    [
      'a keyword of the wrong kind',
      [tool({ inputSchema: { type: 'object', required: 'a' } })],
      ['tool "tool"', 'input schema'],
    ],
  ])(
    'because of %s, and the message names the class, the method and the field',
    async (_what, decorators, words) => {
      const fault = await faultOf(...decorators);
      for (const word of ['Provider.method0', ...words]) expect(fault).toContain(word);
    },
  );
});

it('the same options without a fault are accepted', async () => {
  expect(await faultOf(tool({}), resource({}), template({}), withArgument)).toBe('it started');
});

describe('the type of a return value', () => {
  const Named = z.object({ name: z.string(), age: z.number().optional() });
  interface Note {
    readonly text: string;
  }

  it('is checked against the output schema, and must be JSON, in sync and async methods alike', () => {
    class Wrong {
      // @ts-expect-error -- JSON has no big integers
      @Tool({ name: 'a', description: '' })
      big() {
        return 10n;
      }

      // @ts-expect-error -- nor has it when they are promised
      @Tool({ name: 'b', description: '' })
      async promisedBig() {
        return 10n;
      }

      // @ts-expect-error -- a symbol
      @Tool({ name: 'c', description: '' })
      async symbol() {
        return Symbol('a');
      }

      // @ts-expect-error -- a function
      @Tool({ name: 'd', description: '' })
      function() {
        return () => 1;
      }

      // @ts-expect-error -- the name is missing
      @Tool({ name: 'e', description: '', outputSchema: Named })
      missing() {
        return { age: 1 };
      }

      // @ts-expect-error -- the name is no number
      @Tool({ name: 'f', description: '', outputSchema: Named })
      async wrong() {
        return { name: 1 };
      }

      // @ts-expect-error -- an object is promised, in every branch
      @Tool({ name: 'g', description: '', inputSchema: Named, outputSchema: Named })
      sometimes({ name }: { name: string }) {
        return name === '' ? 'nothing' : { name };
      }

      // @ts-expect-error -- nothing is no object either
      @Tool({ name: 'h', description: '', outputSchema: Named })
      async nothing() {
        await Promise.resolve();
      }

      // @ts-expect-error -- nobody knows whether it fits
      @Tool({ name: 'i', description: '', outputSchema: Named })
      async unknown(): Promise<unknown> {
        return { name: 'a' };
      }

      // @ts-expect-error -- a resource is not a number, promised or not
      @Resource({ uri: 'a://b', name: 'b' })
      async number() {
        return 5;
      }
    }
    expect(Wrong.name).toBe('Wrong');
  });

  it('may be whatever the server can send', () => {
    class Right {
      @Tool({ name: 'a', description: '' })
      number() {
        return 5;
      }

      @Tool({ name: 'b', description: '' })
      nothing() {
        return null;
      }

      @Tool({ name: 'c', description: '' })
      async voidMethod() {
        await Promise.resolve();
      }

      @Tool({ name: 'd', description: '' })
      async unknown(): Promise<unknown> {
        return JSON.parse('1');
      }

      @Tool({ name: 'e', description: '' })
      async note(): Promise<Note | readonly Note[]> {
        return [{ text: '' }];
      }

      @Tool({ name: 'f', description: '', inputSchema: Named, outputSchema: Named })
      async named({ name }: z.output<typeof Named>) {
        return { name };
      }

      @Tool({ name: 'g', description: '', outputSchema: Named })
      ready() {
        return { content: [{ type: 'text' as const, text: 'a' }], structuredContent: { name: 'a' } };
      }

      @Tool({ name: 'h', description: '', outputSchema: Named })
      never(): never {
        throw new ToolError('Not today');
      }

      @Tool({ name: 'i', description: '', outputSchema: z.string() })
      async text() {
        return 'text';
      }

      @Tool({ name: 'j', description: '', outputSchema: { type: 'object' } })
      jsonSchema() {
        return { anything: 1 };
      }

      @Tool({ name: 'k', description: '', outputSchema: Named })
      asks(_input: unknown, { elicit }: McpContext) {
        return elicit('name', { message: 'Your name?', schema: Named }).then(() => ({ name: 'a' }));
      }

      @Tool({ name: 'l', description: '', outputSchema: Named })
      steers() {
        return inputRequired({ inputRequests: {} });
      }

      @Resource({ uri: 'a://c', name: 'c' })
      async resource(): Promise<unknown> {
        return {};
      }
    }
    expect(Right.name).toBe('Right');
  });
});

describe('the types', () => {
  it('of a method and of its decorator must agree, which the compiler holds', () => {
    class Wrong {
      // @ts-expect-error -- a resource is given its URI as a URL
      @Resource({ uri: 'a://b', name: 'b' })
      resource(uri: string) {
        return uri;
      }

      // @ts-expect-error -- a template gives its variables beside the URI
      @ResourceTemplate({ uriTemplate: 'a://{b}', name: 'b' })
      template({ variables }: { variables: { b: string } }) {
        return variables.b;
      }

      // @ts-expect-error -- the prompt's argument is a string
      @Prompt({ name: 'p', argsSchema: z.object({ day: z.string() }) })
      prompt({ day }: { day: number }) {
        return String(day);
      }

      // @ts-expect-error -- a prompt does not answer with a number
      @Prompt({ name: 'q' })
      number() {
        return 5;
      }

      // @ts-expect-error -- a completion answers with strings
      @Completion({ prompt: 'p', argument: 'day' })
      completion() {
        return [1];
      }

      // @ts-expect-error -- the second parameter is the context
      @Tool({ name: 't', description: '' })
      tool(_input: unknown, context: { subject: string }) {
        return context.subject;
      }
    }
    class Right {
      @Resource({ uri: 'a://b', name: 'b' })
      resource(uri: URL, { principal }: McpContext) {
        return uri.href + principal.subject;
      }

      @ResourceTemplate({ uriTemplate: 'a://{b}', name: 'b' })
      template({ variables, uri }: TemplateInput) {
        return { variables, uri };
      }

      @Completion({ prompt: 'p', argument: 'day' })
      completion(value: string, _context: McpContext, known: Readonly<Record<string, string>>) {
        return [value, ...Object.keys(known)];
      }
    }
    expect([Wrong, Right]).toHaveLength(2);
    // @ts-expect-error -- a completion belongs to a prompt or to a template
    Completion({ argument: 'day' });
    // @ts-expect-error -- not to both
    Completion({ prompt: 'p', resourceTemplate: 'a://{b}', argument: 'day' });
  });
});

describe.each(RPC_ERAS)('in $era', ({ open }) => {
  it('a tool may have a time limit of its own, longer or shorter than the server', async () => {
    @Injectable()
    class Timed {
      @Tool({ name: 'short', description: '', timeoutMs: 50 })
      short() {
        return new Promise<string>(() => undefined);
      }

      @Tool({ name: 'long', description: '', timeoutMs: 2_000 })
      long() {
        return new Promise<string>((resolve) => setTimeout(() => resolve('done'), 300));
      }
    }
    const { origin, close } = await startEngine([Timed], { toolTimeoutMs: 200 });
    const peer = await open(origin, 'alice');
    const text = async (name: string) =>
      JSON.stringify((await peer.request('tools/call', { name, arguments: {} })).result?.['content']);
    expect(await text('short')).toContain('longer than 0.05 s');
    expect(await text('long')).toContain('done');
    peer.close();
    await close();
  });
});
