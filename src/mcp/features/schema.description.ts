import { fromJsonSchema, type PromptArgument } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { JsonSchema, Schema } from './schema.js';

/**
 * One kind of schema from both that an author may give. Done once, at start: it compiles the schema.
 * @throws {Error} when plain JSON Schema is invalid or refers to another document, which is never fetched
 */
export function toSchema<Output>(schema: Schema<Output> | JsonSchema): Schema<Output> {
  if (isStandard(schema)) return schema;
  // The SDK's type spells out every keyword of JSON Schema; ours is any object, which is checked here.
  return fromJsonSchema<Output>(schema as Parameters<typeof fromJsonSchema>[0]);
}

const isStandard = <Output>(schema: Schema<Output> | JsonSchema): schema is Schema<Output> =>
  schema['~standard'] !== undefined;

/** The JSON Schema that clients see: what the author wrote, word for word, where it was JSON Schema. */
export function jsonSchemaOf(schema: Schema, side: 'input' | 'output'): Readonly<Record<string, unknown>> {
  return schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' });
}

/** @throws {Error} when the schema describes anything but an object */
export function objectSchemaOf(
  owner: string,
  schema: Schema,
): Readonly<Record<string, unknown>> & { type: 'object' } {
  const json = jsonSchemaOf(schema, 'input');
  if (json['type'] !== undefined && json['type'] !== 'object') {
    throw new Error(`The input schema of ${owner} must describe an object`);
  }
  // The protocol wants the type at the root, also where a $ref or an anyOf already says it.
  return json['type'] === undefined ? { type: 'object', ...json } : { ...json, type: 'object' };
}

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
export function argumentsOf(prompt: string, schema: Schema): PromptArgument[] {
  const { properties, required } = Shape.parse(objectSchemaOf(prompt, schema));
  return Object.entries(properties).map(([name, { title, description }]) => ({
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    required: required.includes(name),
  }));
}
