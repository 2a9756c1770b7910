import type { jsonSchemaValidator } from '@modelcontextprotocol/server';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';

/**
 * Compiles each schema in a validator of its own, which knows no other schema. The SDK's shared validator finds a schema
 * by its `$id` and would enforce the first one of that name. A validator costs about 1 ms and 25 KB.
 */
export const isolatedValidator: jsonSchemaValidator = {
  getValidator: (schema) => new AjvJsonSchemaValidator().getValidator(schema),
};
