const DRAFT_2020_12 = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/** Keywords whose value is a schema, an array of schemas, or a map of names to schemas. JSON Schema 2020-12. */
const SUBSCHEMAS: Readonly<Record<string, 'one' | 'many' | 'named'>> = {
  additionalItems: 'one',
  additionalProperties: 'one',
  contains: 'one',
  contentSchema: 'one',
  else: 'one',
  if: 'one',
  not: 'one',
  propertyNames: 'one',
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: 'one',
  unevaluatedItems: 'one',
  unevaluatedProperties: 'one',
  // An array of schemas in the drafts before 2020-12.
  items: 'many',
  allOf: 'many',
  anyOf: 'many',
  oneOf: 'many',
  prefixItems: 'many',
  $defs: 'named',
  definitions: 'named',
  dependencies: 'named',
  dependentSchemas: 'named',
  patternProperties: 'named',
  properties: 'named',
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A subschema and the way to it, as in `properties.from.items`. */
export type SchemaVisitor = (schema: Json, path: string) => Json;

/**
 * Returns a copy of a JSON Schema in which `visit` has replaced every subschema, the innermost first. Data such as
 * `default` and `enum` is left alone.
 */
export function mapSchema(schema: Json, visit: SchemaVisitor, path = ''): Json {
  const at = (...names: readonly (string | number)[]) =>
    [path, ...names].filter((name) => name !== '').join('.');
  const map = (value: unknown, where: string): unknown =>
    isObject(value) ? mapSchema(value, visit, where) : value;
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    const kind = Object.hasOwn(SUBSCHEMAS, keyword) ? SUBSCHEMAS[keyword] : undefined;
    if (kind === undefined) return [keyword, value];
    if (Array.isArray(value)) return [keyword, value.map((one, index) => map(one, at(keyword, index)))];
    if (kind !== 'named' || !isObject(value)) return [keyword, map(value, at(keyword))];
    const named = Object.entries(value).map(([name, one]) => [name, map(one, at(keyword, name))]);
    return [keyword, Object.fromEntries(named)];
  });
  return visit(Object.fromEntries(entries), path);
}

/** Returns a schema as clients are shown it: older clients refuse `{}` where it means `true`. */
export const listedSchema = (schema: Json): Json =>
  mapSchema(schema, (one) => ({
    ...one,
    ...(isEmpty(one['additionalProperties']) && { additionalProperties: true }),
    ...(isEmpty(one['unevaluatedProperties']) && { unevaluatedProperties: true }),
  }));

/** Returns a schema without the name of the default dialect, of which the validators of older clients know nothing. */
export function withoutDefaultDialect({ $schema, ...rest }: Json): Json {
  return typeof $schema === 'string' && !DRAFT_2020_12.test($schema) ? { $schema, ...rest } : rest;
}

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;
