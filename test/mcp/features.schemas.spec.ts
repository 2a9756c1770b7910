import { Injectable } from '@nestjs/common';
import { fromJsonSchema } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Prompt, type Schema, Tool } from '../../src/mcp/index.js';
import { ERAS } from '../support/clients.js';
import { type EngineApp, startEngine } from '../support/engine.app.js';
import { RPC_ERAS } from '../support/rpc.js';

const INPUT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: { $anchor: 'address', type: 'object', properties: { street: { type: 'string' } } } },
  properties: {
    address: { $ref: '#address' },
    kind: { enum: ['phone', 'email'] },
    region: { type: 'string' },
    tenant: { type: 'string', 'x-mcp-header': 'Tenant' },
    tags: { type: 'array', prefixItems: [{ const: 'first' }], items: false },
  },
  allOf: [{ anyOf: [{ required: ['kind'] }, { required: ['region'] }] }],
  if: { properties: { kind: { const: 'phone' } }, required: ['kind'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['region'] },
  dependentRequired: { tags: ['kind'] },
  unevaluatedProperties: false,
  'x-vendor': { anything: [1, null, 'two'] },
} as const;

const SCHEMA_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_7 = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { pair: { type: 'array', items: [{ type: 'number' }, { type: 'string' }] } },
};
const OPEN = {
  $schema: SCHEMA_2020,
  type: 'object',
  properties: {
    inner: { $schema: SCHEMA_2020, type: 'object', additionalProperties: {} },
    additionalProperties: {},
  },
  additionalProperties: {},
  default: { additionalProperties: {}, $schema: SCHEMA_2020 },
};

/** Schemas of one name, as teams get them who copy a file; what differs is the member that they demand. */
const named = (member: string) => ({
  $id: 'https://example.com/input.json',
  $anchor: 'root',
  title: 'Input',
  type: 'object' as const,
  properties: { [member]: { $ref: '#/$defs/value' } },
  $defs: { value: { $id: 'https://example.com/value.json', type: ['string' as const, 'number' as const] } },
  required: [member],
  additionalProperties: false,
});

/** A Standard Schema of no library: a temperature in celsius, which the tool receives in kelvin. */
const Celsius: Schema<{ kelvin: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const celsius: unknown = typeof value === 'object' && value !== null && Reflect.get(value, 'celsius');
      return typeof celsius === 'number'
        ? { value: { kelvin: celsius + 273 } }
        : { issues: [{ message: 'is no temperature', path: [{ key: 'celsius' }] }] };
    },
    jsonSchema: {
      input: ({ target }) => ({
        type: 'object',
        properties: { celsius: { type: 'number', description: 'How warm it is.' } },
        required: ['celsius'],
        $comment: target,
      }),
      output: () => ({ type: 'object' }),
    },
  },
};

const outputs = {
  list: [z.array(z.string()), ['a', 'b']],
  text: [z.string(), 'words'],
  number: [z.number(), 7],
  nothing: [z.null(), null],
  flag: [z.boolean(), false],
  object: [z.object({ a: z.number() }), { a: 1 }],
  either: [z.union([z.string(), z.object({ a: z.number() })]), { a: 1 }],
} as const;

@Injectable()
class Schemas {
  @Tool<{ region?: string }>({ name: 'plain', description: 'Plain JSON Schema.', inputSchema: INPUT })
  plain({ region }: { region?: string }) {
    return `region ${region}`;
  }

  @Tool({
    name: 'wrapped',
    description: 'JSON Schema by the SDK.',
    inputSchema: fromJsonSchema<{ n: number }>({
      type: 'object',
      properties: { n: { type: 'number', exclusiveMinimum: 3 } },
      required: ['n'],
    }),
  })
  wrapped({ n }: { n: number }) {
    return `n ${n}`;
  }

  @Tool({ name: 'handmade', description: 'A schema of no library.', inputSchema: Celsius })
  handmade({ kelvin }: { kelvin: number }) {
    return `${kelvin} K`;
  }

  @Prompt({ name: 'handmade', argsSchema: Celsius })
  prompt({ kelvin }: { kelvin: number }) {
    return `${kelvin} K`;
  }

  @Tool({
    name: 'first',
    description: 'A schema with a name.',
    inputSchema: named('from'),
    outputSchema: named('out'),
  })
  first() {
    return { content: [{ type: 'text' as const, text: 'first' }], structuredContent: { out: 'x' } };
  }

  @Tool({ name: 'second', description: 'Another one of the same name.', inputSchema: named('amount') })
  second() {
    return 'second';
  }

  @Tool({ name: 'third', description: 'By the SDK.', inputSchema: fromJsonSchema(named('amount')) })
  third() {
    return 'third';
  }

  @Prompt({ name: 'named', argsSchema: named('note') })
  namedPrompt() {
    return 'named';
  }

  @Tool({ name: 'draft7', description: 'An older dialect.', inputSchema: DRAFT_7 })
  draft7() {
    return 'draft7';
  }

  @Tool({ name: 'open', description: 'Takes anything.', inputSchema: OPEN })
  open() {
    return 'open';
  }

  @Tool({
    name: 'zodOpen',
    description: 'Takes and gives anything.',
    inputSchema: z.looseObject({}),
    outputSchema: z.looseObject({ a: z.looseObject({}).optional() }),
  })
  zodOpen() {
    return { b: 1 };
  }

  @Tool({
    name: 'referring',
    description: 'A root of references.',
    inputSchema: { $ref: '#/$defs/a', $defs: { a: {} } },
  })
  referring() {
    return '';
  }

  @Tool({ name: 'none', description: 'No schema.' })
  none() {
    return '';
  }
}

@Injectable()
class Outputs {}

for (const [name, [outputSchema, value]] of Object.entries(outputs)) {
  const descriptor = { value: (): unknown => value, configurable: true };
  Object.defineProperty(Outputs.prototype, name, descriptor);
  Tool<unknown, unknown>({ name, description: name, outputSchema })(Outputs.prototype, name, descriptor);
}

@Injectable()
class Loose {
  @Tool({ name: 'loose', description: 'An array that no schema promises.' })
  loose() {
    return [1, 2];
  }
}

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine([Schemas, Outputs, Loose]);
});
afterAll(() => engine.close());

const Listed = z.object({
  tools: z.array(
    z.looseObject({
      name: z.string(),
      inputSchema: z.unknown(),
      outputSchema: z.looseObject({ type: z.string().optional() }).optional(),
    }),
  ),
});

describe.each(RPC_ERAS)('in $era', ({ era, open }) => {
  const modern = era.startsWith('2026');
  const ask = async (method: string, params?: object) => {
    const peer = await open(engine.origin, 'alice');
    try {
      return await peer.request(method, params);
    } finally {
      peer.close();
    }
  };
  const call = async (name: string, args: object = {}) =>
    (await ask('tools/call', { name, arguments: args })).result;
  const described = async (name: string) =>
    Listed.parse((await ask('tools/list')).result).tools.find((tool) => tool.name === name);

  it('JSON Schema is listed word for word', async () => {
    const tool = await described('plain');
    expect(JSON.stringify(tool?.inputSchema)).toBe(JSON.stringify(INPUT));
  });

  it('what a library generates does not name the default dialect', async () => {
    expect(JSON.stringify(await described('zodOpen'))).not.toContain('$schema');
  });

  it('another dialect is named and enforced', async () => {
    expect((await described('draft7'))?.inputSchema).toEqual(DRAFT_7);
    expect(await call('draft7', { pair: [1, 'a'] })).not.toMatchObject({ isError: true });
    expect(await call('draft7', { pair: ['a', 1] })).toMatchObject({ isError: true });
  });

  it('every input schema has a type and properties', async () => {
    const { tools } = Listed.parse((await ask('tools/list')).result);
    expect(tools.length).toBeGreaterThan(10);
    for (const { name, inputSchema } of tools) {
      expect({ name, inputSchema }).toEqual({
        name,
        inputSchema: expect.objectContaining({ type: 'object', properties: expect.any(Object) }),
      });
    }
  });

  it('additional properties are listed as true, which older clients read, and data is left alone', async () => {
    expect(await described('open')).toMatchObject({
      inputSchema: {
        additionalProperties: true,
        properties: { inner: { additionalProperties: true }, additionalProperties: {} },
        default: { additionalProperties: {}, $schema: SCHEMA_2020 },
      },
    });
    expect((await described('zodOpen'))?.inputSchema).toMatchObject({ additionalProperties: true });
    const output = (await described('zodOpen'))?.outputSchema;
    expect(output).toMatchObject({
      additionalProperties: true,
      properties: { a: { additionalProperties: true } },
    });
    expect(JSON.stringify(output)).not.toContain('$schema');
  });

  it('two schemas of one name are enforced apart, in tools, in output and in prompts', async () => {
    expect(await call('first', { from: 'x' })).toMatchObject({ content: [{ text: 'first' }] });
    expect(await call('second', { amount: 1 })).toMatchObject({ content: [{ text: 'second' }] });
    expect(await call('third', { amount: 1 })).toMatchObject({ content: [{ text: 'third' }] });
    for (const name of ['second', 'third']) {
      expect(await call(name, { from: 'x' })).toMatchObject({ isError: true });
    }
    expect(await call('first', { amount: 1 })).toMatchObject({ isError: true });
    const prompt = (args: object) => ask('prompts/get', { name: 'named', arguments: args });
    expect((await prompt({ note: 'x' })).error).toBeUndefined();
    expect((await prompt({ from: 'x' })).error).toMatchObject({ code: -32602 });
  });

  it('a tool without arguments takes an object', async () => {
    expect((await described('none'))?.inputSchema).toEqual({ type: 'object', properties: {} });
  });

  it('a schema of any library describes itself in the dialect of the protocol', async () => {
    expect((await described('handmade'))?.inputSchema).toMatchObject({
      properties: { celsius: { type: 'number' } },
      $comment: 'draft-2020-12',
    });
    const { prompts } = z
      .looseObject({ prompts: z.array(z.unknown()) })
      .parse((await ask('prompts/list')).result);
    expect(prompts).toContainEqual({
      name: 'handmade',
      arguments: [{ name: 'celsius', description: 'How warm it is.', required: true }],
    });
  });

  it('JSON Schema of 2020-12 is enforced', async () => {
    expect(await call('wrapped', { n: 4 })).toMatchObject({ content: [{ text: 'n 4' }] });
    expect(await call('wrapped', { n: 3 })).toMatchObject({ isError: true });
    for (const args of [
      {},
      { kind: 'phone' },
      { region: 'eu', other: 1 },
      { region: 'eu', tags: ['first'] },
      { kind: 'email', tags: ['second'] },
      { region: 'eu', address: { street: 5 } },
    ]) {
      expect({ args, answer: await call('plain', args) }).toMatchObject({
        answer: { isError: true },
      });
    }
  });

  it('a schema of any library checks and changes what comes in', async () => {
    expect(await call('handmade', { celsius: 20 })).toMatchObject({ content: [{ text: '293 K' }] });
    expect(await call('handmade', { celsius: 'warm' })).toMatchObject({
      isError: true,
      content: [{ text: 'Invalid arguments. celsius: is no temperature' }],
    });
  });

  it.each(Object.entries(outputs))(
    'an output schema may promise any JSON value, which earlier eras see as an object: %s',
    async (name, [, value]) => {
      const { outputSchema } = (await described(name)) ?? {};
      const result = await call(name);
      expect(result?.['isError']).toBeUndefined();
      expect(
        JSON.parse(z.array(z.looseObject({ text: z.string() })).parse(result?.['content'])[0]?.text ?? ''),
      ).toEqual(value);
      const wrapped = !modern && name !== 'object';
      expect(result?.['structuredContent']).toEqual(wrapped ? { result: value } : value);
      const whole = { type: 'object', properties: { result: {} }, required: ['result'] };
      expect(outputSchema).toMatchObject(wrapped ? whole : {});
    },
  );

  it('an array that no schema promises is answered in a form that the era knows', async () => {
    const result = await call('loose');
    expect(result).toMatchObject({ content: [{ type: 'text', text: '[1,2]' }] });
    expect(Array.isArray(result?.['structuredContent'])).toBe(modern);
  });
});

it.each(ERAS)('the client of $era accepts structured content of every promised kind', async ({ connect }) => {
  const client = await connect(engine.origin, 'alice');
  await client.listTools();
  for (const name of Object.keys(outputs)) {
    expect({ name, ...(await client.callTool(name)) }).toMatchObject({ name, isError: false });
  }
  await client.close();
});
