import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { paramHeadersOf } from './param.headers.js';
import { paramMismatch } from './param.values.js';

const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const region = { type: 'string', 'x-mcp-header': 'Region' };

describe('the header parameters of a tool', () => {
  it('are the annotated properties, at any depth', () => {
    const schema = object({
      region,
      plain: { type: 'string' },
      target: object({ shard: { type: 'integer', 'x-mcp-header': 'Shard' } }),
      dryRun: { type: 'boolean', 'x-mcp-header': 'Dry-Run' },
    });
    expect(paramHeadersOf('move', schema)).toEqual([
      { path: ['region'], header: 'mcp-param-region', type: 'string' },
      { path: ['target', 'shard'], header: 'mcp-param-shard', type: 'integer' },
      { path: ['dryRun'], header: 'mcp-param-dry-run', type: 'boolean' },
    ]);
  });

  it('can be declared in a Zod schema', () => {
    const schema = z.object({
      shard: z.int().meta({ 'x-mcp-header': 'Shard' }),
      note: z.string().optional(),
    });
    const json = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
    expect(paramHeadersOf('move', json)).toEqual([
      { path: ['shard'], header: 'mcp-param-shard', type: 'integer' },
    ]);
  });

  it('are not looked for in data, nor is a property of that name one', () => {
    const schema = object(
      { 'x-mcp-header': { type: 'string' }, any: { default: region, enum: [region], const: region } },
      { $defs: { 'x-mcp-header': { type: 'string' } }, examples: [region] },
    );
    expect(paramHeadersOf('move', schema)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['at the root', { ...object({}), ...region }, 'only "properties" may lead to it'],
    ['in items', object({ list: { type: 'array', items: region } }), 'only "properties" may lead to it'],
    ['in an alternative', object({ one: { anyOf: [region] } }), 'only "properties" may lead to it'],
    ['below an alternative', { oneOf: [object({ region })] }, 'only "properties" may lead to it'],
    ['in a condition', { ...object({}), if: object({ region }) }, 'only "properties" may lead to it'],
    ['in a definition', object({}, { $defs: { region } }), 'only "properties" may lead to it'],
    ['in a pattern', object({}, { patternProperties: { '^r': region } }), 'only "properties" may lead to it'],
    ['without a name', object({ one: { ...region, 'x-mcp-header': '' } }), 'header name'],
    ['with a line break', object({ one: { ...region, 'x-mcp-header': 'A\r\nB: c' } }), 'header name'],
    ['with a space', object({ one: { ...region, 'x-mcp-header': 'a b' } }), 'header name'],
    ['with a number for a name', object({ one: { ...region, 'x-mcp-header': 1 } }), 'header name'],
    ['on an object', object({ one: { ...object({}), 'x-mcp-header': 'One' } }), 'string, integer or boolean'],
    ['on a number', object({ one: { ...region, type: 'number' } }), 'string, integer or boolean'],
    [
      'on what may be null',
      object({ one: { ...region, type: ['string', 'null'] } }),
      'string, integer or boolean',
    ],
    ['twice', object({ one: region, two: { ...region, 'x-mcp-header': 'REGION' } }), 'repeats the name'],
  ])('are refused %s', (_where, schema, fault) => {
    expect(() => paramHeadersOf('move', schema)).toThrow(fault);
    expect(() => paramHeadersOf('move', schema)).toThrow('tool "move"');
  });
});

describe('the headers of a call', () => {
  const declared = paramHeadersOf(
    'move',
    object({
      region,
      target: object({ shard: { type: 'integer', 'x-mcp-header': 'Shard' } }),
      dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
    }),
  );
  const compare = (args: unknown, headers: Record<string, string>) => paramMismatch(declared, args, headers);
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it.each<[string, unknown, Record<string, string>]>([
    ['the same text', { region: 'eu' }, { 'mcp-param-region': 'eu' }],
    ['Base64 of the same text', { region: ' Zürich\n' }, { 'mcp-param-region': base64(' Zürich\n') }],
    ['Base64 of nothing', { region: '' }, { 'mcp-param-region': base64('') }],
    [
      'the wrapper cut short, which means itself',
      { region: '=?base64?eHg=' },
      { 'mcp-param-region': '=?base64?eHg=' },
    ],
    ['Base64 without the wrapper, which means itself', { region: 'eHg=' }, { 'mcp-param-region': 'eHg=' }],
    ['the same number in another spelling', { target: { shard: 42 } }, { 'mcp-param-shard': '42.0' }],
    ['the same truth', { dry: false }, { 'mcp-param-dry': 'false' }],
    ['no header for what is not there', {}, {}],
    ['no header for null', { region: null, target: null }, {}],
    ['no header for what the schema will refuse', { region: ['eu'], target: 'none' }, {}],
  ])('agree: %s', (_what, args, headers) => {
    expect(compare(args, headers)).toBeUndefined();
  });

  it.each<[string, unknown, Record<string, string>, string]>([
    ['it is missing', { region: 'eu' }, {}, 'The mcp-param-region header is missing'],
    [
      'one of two is missing',
      { region: 'eu', dry: true },
      { 'mcp-param-region': 'eu' },
      'dry header is missing',
    ],
    ['another text', { region: 'eu' }, { 'mcp-param-region': 'us' }, 'disagree'],
    ['another case', { region: 'eu' }, { 'mcp-param-region': 'EU' }, 'disagree'],
    ['sent twice', { region: 'eu' }, { 'mcp-param-region': 'eu, eu' }, 'disagree'],
    ['another number', { target: { shard: 42 } }, { 'mcp-param-shard': '43' }, 'disagree'],
    ['a number in no decimal form', { target: { shard: 16 } }, { 'mcp-param-shard': '0x10' }, 'disagree'],
    ['no number at all', { target: { shard: 0 } }, { 'mcp-param-shard': '' }, 'disagree'],
    ['another truth', { dry: false }, { 'mcp-param-dry': 'False' }, 'disagree'],
    ['Base64 of another text', { region: 'eu' }, { 'mcp-param-region': base64('us') }, 'disagree'],
    [
      'Base64 without padding',
      { region: 'Hello' },
      { 'mcp-param-region': '=?base64?SGVsbG8?=' },
      'not valid Base64',
    ],
    [
      'Base64 with other characters',
      { region: 'Hello' },
      { 'mcp-param-region': '=?base64?SGVs!!!bG8=?=' },
      'not valid Base64',
    ],
    [
      'Base64 of broken UTF-8',
      { region: 'x' },
      { 'mcp-param-region': '=?base64?/w==?=' },
      'not valid Base64',
    ],
  ])('disagree: %s', (_what, args, headers, fault) => {
    expect(compare(args, headers)).toContain(fault);
  });

  it('never repeat what was sent', () => {
    expect(compare({ region: 'secret-a' }, { 'mcp-param-region': 'secret-b' })).not.toContain('secret');
  });
});
