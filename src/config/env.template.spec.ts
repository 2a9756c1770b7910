import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.reader.js';
import { envSchema, secretVariables } from './env.schema.js';
import { envTemplate } from './env.template.js';

const REAL = { PUBLIC_URL: 'https://mcp.example.com', LOGTO_ENDPOINT: 'https://abc123.logto.app' };
const assignments = [...envTemplate().matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
  name,
  value,
]);

describe('the example environment', () => {
  it('is the committed file: after a change of the schema, run npm run env:example', () => {
    const committed = readFileSync(new URL('../../config/env/example.env', import.meta.url), 'utf8');
    expect(committed).toBe(envTemplate());
  });

  it('decides nothing as it stands', () => {
    expect(parseEnv(envTemplate())).toEqual({});
  });

  it('names every variable of the schema once', () => {
    const names = assignments.map(([name]) => name);
    expect(names).toHaveLength(Object.keys(envSchema.shape).length);
    expect(new Set(names)).toEqual(new Set(Object.keys(envSchema.shape)));
  });

  it('says the defaults: with every line uncommented, the server is configured as without the file', () => {
    const uncommented = parseEnv(envTemplate().replaceAll(/^#(?=[A-Z_]+=)/gm, ''));
    expect(Object.keys(uncommented)).toHaveLength(assignments.length);
    expect(readConfig({ ...uncommented, ...REAL })).toEqual(readConfig(REAL));
  });

  it('leaves secrets empty', () => {
    expect(secretVariables.size).toBeGreaterThan(0);
    for (const secret of secretVariables) expect(assignments).toContainEqual([secret, '']);
  });

  it('explains each variable in the line above it', () => {
    for (const [name, schema] of Object.entries(envSchema.shape)) {
      expect(envTemplate()).toContain(`# ${schema.description}\n#${name}=`);
    }
  });
});
