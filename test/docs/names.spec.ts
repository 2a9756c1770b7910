import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import { envSchema } from '../../src/config/env.schema.js';
import { freePort } from '../support/free.port.js';
import { documents, endpointsIn, exists, pathsIn, read, scriptsIn, variablesIn } from './documents.js';

const all = documents();
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json'))).scripts;

/** What compose substitutes belongs to the operator's environment as much as what the server reads. */
const variables = new Set([
  ...Object.keys(envSchema.shape),
  ...[...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name),
  // Logto's own: it makes the endpoints of its metadata from what a proxy before it passes on.
  'TRUST_PROXY_HEADER',
]);
const isVariable = (name: string) =>
  name.endsWith('*') ? [...variables].some((one) => one?.startsWith(name.slice(0, -1))) : variables.has(name);

describe.each(all)('$path', (document) => {
  it('names files that are there', () => {
    expect(pathsIn(document).filter((path) => !exists(path, document.path))).toEqual([]);
  });

  it('names scripts of package.json', () => {
    expect(scriptsIn(document.text).filter((script) => !(script in scripts))).toEqual([]);
  });

  it('names variables that are read', () => {
    expect(variablesIn(document.text).filter((name) => !isVariable(name))).toEqual([]);
  });
});

describe('the reader of documents', () => {
  it('finds what it is looking for', () => {
    const found = all.flatMap((document) => [
      ...pathsIn(document),
      ...scriptsIn(document.text),
      ...variablesIn(document.text),
    ]);
    expect(found).toEqual(
      expect.arrayContaining([
        'docs/decisions.md',
        'docker-compose.yml',
        'dist/src/main.js',
        'demo',
        'test',
        'env:example',
        'LOGTO_ENDPOINT',
        'LOGTO_MANAGEMENT_*',
      ]),
    );
  });

  it('would see a name that is not there', () => {
    const path = 'README.md';
    const text = '`src/none.ts` [x](docs/none.md) `none.json` npm run none `LOGTO_NONE` `AUTH_NONE_*`';
    expect(pathsIn({ path, text }).filter((one) => !exists(one, path))).toEqual([
      'docs/none.md',
      'src/none.ts',
      'none.json',
    ]);
    expect(scriptsIn(text).filter((script) => !(script in scripts))).toEqual(['none']);
    expect(variablesIn(text).filter((name) => !isVariable(name))).toEqual(['LOGTO_NONE', 'AUTH_NONE_*']);
  });
});

describe('the endpoints of README.md', () => {
  const endpoints = endpointsIn(read('README.md'));
  let app: NestExpressApplication;
  let origin: string;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      LOG_LEVEL: 'fatal',
      LOGTO_ENDPOINT: `http://localhost:${await freePort()}`,
      AUTH_LEGACY_METADATA: 'true',
      LOGTO_WEBHOOK_SIGNING_KEY: 'signing-key-of-the-webhook',
      LOGTO_MANAGEMENT_CLIENT_ID: 'm2m',
      LOGTO_MANAGEMENT_CLIENT_SECRET: 'secret',
      REGISTRATION: 'token',
      REGISTRATION_TOKEN: 'x'.repeat(32),
    });
    app = await createApp(config);
    await app.listen(port, '127.0.0.1');
  });
  afterAll(() => app.close());

  const statusOf = async (endpoint: string) => {
    const [method = '', path = ''] = endpoint.split(' ');
    return (await fetch(origin + path, { method })).status;
  };

  it.each(endpoints)('%s is served', async (endpoint) => {
    // Without a token, a signature, or Logto, but there.
    expect([200, 401, 403, 503]).toContain(await statusOf(endpoint));
  });

  it('are all of them', async () => {
    expect(endpoints.length).toBeGreaterThanOrEqual(12);
    expect(await statusOf('GET /not-there')).toBe(404);
    expect(routesOf(app)).toContain('POST /mcp');
    expect(routesOf(app).filter((route) => !endpoints.includes(route))).toEqual([]);
  });
});

const layer = z.object({
  route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
});

/** What controllers serve, read off Express. A route for every method, or for HEAD, only refuses: it is no endpoint. */
function routesOf(app: NestExpressApplication): string[] {
  const stack = z.array(layer).parse(app.getHttpAdapter().getInstance().router.stack);
  return stack.flatMap(({ route }) => {
    const [method, ...more] = Object.keys(route?.methods ?? {});
    return route !== undefined && method !== undefined && method !== 'head' && more.length === 0
      ? [`${method.toUpperCase()} ${route.path}`]
      : [];
  });
}
