import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';

/** A schema that can both validate and describe itself, such as any Zod 4 schema. */
export type Schema<Output = unknown> = StandardSchemaWithJSON<unknown, Output>;

/** Plain JSON Schema 2020-12. Clients see it word for word. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly '~standard'?: never;
}
