import { fromJsonSchema, type PromptArgument } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { isolatedValidator } from './isolated.validator.js';
import { listedSchema, mapSchema, withoutDefaultDialect } from './listed.schema.js';
import type { JsonSchema, Schema } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * One kind of schema from both that an author may give. Done once, at start: it compiles the schema.
 * @param owner names the schema in messages: `input schema of tool "add"`
 * @throws {Error} when plain JSON Schema is invalid or refers to another document, which is never fetched
 */
export function toSchema<Output>(owner: string, schema: Schema<Output> | JsonSchema): Schema<Output> {
  if (!isStandard(schema)) return attributed(owner, () => compiled<Output>(schema));
  // The SDK's shared validator finds a schema by its `$id`, and would enforce another tool's schema of that name.
  if (schema['~standard'].vendor !== 'mcp') return schema;
  const json = jsonSchemaOf(owner, schema, 'input');
  return JSON.stringify(json).includes('"$id"') ? attributed(owner, () => compiled<Output>(json)) : schema;
}

/** Names the schema in whatever is thrown. */
function attributed<Result>(owner: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new Error(`The ${owner}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** @throws {Error} when the schema is invalid */
function compiled<Output>(json: Json): Schema<Output> {
  assertPatterns(json);
  // What the author changes afterwards would be listed and not enforced.
  const schema = structuredClone(json);
  // The SDK's type spells out every keyword of JSON Schema; ours is any object, which is checked here.
  return fromJsonSchema<Output>(schema as Parameters<typeof fromJsonSchema>[0], isolatedValidator);
}

const isStandard = <Output>(schema: Schema<Output> | JsonSchema): schema is Schema<Output> =>
  schema['~standard'] !== undefined;

/**
 * Returns the JSON Schema that describes a schema.
 * @throws {Error} that names the field which JSON Schema cannot describe
 */
function jsonSchemaOf(owner: string, schema: Schema, side: 'input' | 'output'): Json {
  const { vendor, jsonSchema } = schema['~standard'];
  // Without it Zod's error does not say where in the schema the field is.
  const libraryOptions = vendor === 'zod' ? { unrepresentable: refuseUnrepresentable } : undefined;
  return attributed(owner, () => {
    const json = jsonSchema[side]({ target: 'draft-2020-12', ...(libraryOptions && { libraryOptions }) });
    assertPatterns(json);
    // What an author has written stays; what a library adds to every schema goes.
    return vendor === 'mcp' ? json : withoutDefaultDialect(json);
  });
}

function refuseUnrepresentable({
  path,
  message,
}: {
  path: readonly (string | number)[];
  message: string;
}): never {
  const field = path.filter((part) => part !== 'properties').join('.');
  throw new Error(
    `${field === '' ? 'the schema' : `field "${field}"`}: ${message}. ` +
      'Use a type that JSON has: for a date z.iso.datetime(), for a bigint z.string(), for a map or a set z.array()',
  );
}

/** @throws {Error} that names a pattern which is no regular expression in ECMA-262 with the flag "u" */
function assertPatterns(json: Json): void {
  mapSchema(json, (schema, path) => {
    const patterns = Object.keys(isObject(schema['patternProperties']) ? schema['patternProperties'] : {});
    if (typeof schema['pattern'] === 'string') patterns.push(schema['pattern']);
    for (const pattern of patterns) {
      if (isPattern(pattern)) continue;
      const field = path
        .split('.')
        .filter((part) => part !== 'properties')
        .join('.');
      throw new Error(
        `${field === '' ? 'the schema' : `field "${field}"`}: the pattern "${pattern.slice(0, 100)}" is no regular ` +
          'expression of JavaScript with the flag "u", which JSON Schema demands. Write it without inline flags such as (?i), and without needless backslashes',
      );
    }
    return schema;
  });
}

function isPattern(pattern: string): boolean {
  try {
    return RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * Returns an input schema as clients are shown it: with `type` and `properties`, which some model providers demand.
 * @throws {Error} when the schema describes anything but an object
 */
export function objectSchemaOf(owner: string, schema: Schema): Json & { type: 'object' } {
  const json = jsonSchemaOf(owner, schema, 'input');
  if (json['type'] !== undefined && json['type'] !== 'object') {
    throw new Error(`The ${owner} must describe an object`);
  }
  const listed = listedSchema(json);
  const properties = listed['properties'] === undefined ? { properties: {} } : undefined;
  // The protocol wants the type at the root, also where a $ref or an anyOf already says it.
  return json['type'] === undefined
    ? { type: 'object', ...listed, ...properties }
    : { ...listed, type: 'object', ...properties };
}

/** Returns an output schema as clients are shown it. */
export const outputSchemaOf = (owner: string, schema: Schema): Json =>
  listedSchema(jsonSchemaOf(owner, schema, 'output'));

const Shape = z.object({
  properties: z
    .record(
      z.string(),
      z.union([
        z.object({ title: z.string().optional(), description: z.string().optional() }),
        z.boolean().transform(() => ({ title: undefined, description: undefined })),
      ]),
    )
    .default({}),
  required: z.array(z.string()).default([]),
});

/** The arguments of a prompt, from the properties of its schema. */
export function argumentsOf(owner: string, schema: Schema): PromptArgument[] {
  const { properties, required } = Shape.parse(objectSchemaOf(owner, schema));
  return Object.entries(properties).map(([name, { title, description }]) => ({
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    required: required.includes(name),
  }));
}
