import { z } from 'zod';
import { envSchema, secretVariables } from './env.schema.js';

/** Heading by prefix, in the order of the schema. What has none of the prefixes concerns the server itself. */
const sections: ReadonlyMap<string, string> = new Map([
  ['', 'The server itself'],
  ['LOGTO_', 'Logto: who signs users in'],
  ['AUTH_', 'Access tokens: which ones are accepted'],
  ['MCP_', 'MCP: transports, sessions, tools'],
  ['REGISTRATION', 'Registration: agents that register themselves'],
  ['LIMIT_', 'Limits: how much anybody may ask for'],
  ['REDIS_', 'Redis: what several nodes share'],
  ['DEV_TENANT_', 'The embedded Logto tenant: development only'],
]);

const prefixOf = (variable: string): string =>
  [...sections.keys()].findLast((prefix) => variable.startsWith(prefix)) ?? '';

const HEADER = `# Every variable of the server, generated from src/config/env.schema.ts by: npm run env:example
# What is commented out has its default. Copy the file, remove the # before what you decide, and start with
#   node --env-file=<your file> dist/src/main.js
# Start-up refuses a wrong value and names every wrong variable at once.`;

/** The text of `config/env/example.env`. */
export function envTemplate(): string {
  const shape: Readonly<Record<string, z.ZodType>> = envSchema.shape;
  const blocks = [...sections].map(([prefix, heading]) => {
    const variables = Object.entries(shape).filter(([variable]) => prefixOf(variable) === prefix);
    return [`# --- ${heading} ---`, ...variables.map(([name, schema]) => entry(name, schema))].join('\n\n');
  });
  return `${[HEADER, ...blocks].join('\n\n')}\n`;
}

const entry = (variable: string, schema: z.ZodType): string =>
  `# ${schema.description ?? ''}\n#${variable}=${secretVariables.has(variable) ? '' : defaultOf(schema)}`;

function defaultOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return '';
  const value: unknown = schema.def.defaultValue;
  return Array.isArray(value) ? value.join(',') : String(value);
}
