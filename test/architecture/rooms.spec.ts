import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultsOf, type SourceTree } from './rooms.rules.js';
import { ROOMS } from './rooms.table.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

function realTree(): SourceTree {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(SRC, path), 'utf8')]),
  );
}

describe('src', () => {
  it('is laid out as the plan of the house says', () => {
    expect(faultsOf(realTree())).toEqual([]);
  });

  it('was read at all', () => {
    expect(Object.keys(realTree())).toEqual(expect.arrayContaining(['main.ts', 'mcp/index.ts']));
  });
});

describe('the plan', () => {
  it('lets every arrow lead to a lower floor', () => {
    const up = Object.entries(ROOMS).flatMap(([room, { floor, imports, typesOf = [] }]) =>
      [...imports, ...typesOf]
        .filter((other) => (ROOMS[other]?.floor ?? Infinity) >= floor)
        .map((other) => [room, other]),
    );
    expect(up).toEqual([]);
  });

  it('keeps auth and mcp apart', () => {
    expect(ROOMS['auth']?.imports).not.toContain('mcp');
    expect(ROOMS['mcp']?.imports).toEqual([]);
  });
});

describe('a tree in order', () => {
  it.each<[string, SourceTree]>([
    [
      'rooms through their index.ts',
      { 'auth/a.ts': "import { B } from '../logto/index.js';", 'logto/index.ts': '' },
    ],
    ['files of one room by name', { 'auth/in/a.ts': "import { B } from '../b.js';", 'auth/b.ts': '' }],
    [
      'types of the SDK anywhere',
      { 'auth/a.ts': "import type { AuthInfo } from '@modelcontextprotocol/sdk/types.js';" },
    ],
    ['inline types too', { 'tools/a.ts': "import { type X, type Y } from '@modelcontextprotocol/server';" }],
    ['the SDK in mcp', { 'mcp/a.ts': "import { Server } from '@modelcontextprotocol/server';" }],
    [
      'types of mcp in observability',
      { 'observability/a.ts': "import type { Era } from '../mcp/index.js';" },
    ],
    ['health opens its routes', { 'health/a.ts': "import { Public } from '../auth/index.js';" }],
    ['app.module loads the tenant on demand', { 'app.module.ts': "await import('./dev-tenant/index.js');" }],
    [
      'a comment or a string names an import',
      { 'mcp/a.ts': "// import '../auth/index.js'\nexport const a = `import('../auth/index.js')`;" },
    ],
    ['reading the challenge of another server', { 'logto/a.ts': "headers.get('www-authenticate');" }],
    ['naming the header for CORS', { 'app.ts': "export const exposedHeaders = ['WWW-Authenticate'];" }],
    ["a spec looks at its room's face", { 'auth/a.spec.ts': "import { B } from './index.js';" }],
    ['a spec above the rooms stands beside its file', { 'version.spec.ts': '' }],
    ['a spec may be long', { 'mcp/a.spec.ts': '\n'.repeat(300) }],
    ['200 lines', { 'mcp/a.ts': 'f();\n'.repeat(200) }],
  ])('has no faults: %s', (_what, tree) => {
    expect(faultsOf(tree)).toEqual([]);
  });
});

describe('a tree out of order', () => {
  it.each<[string, SourceTree, string]>([
    [
      'an arrow up',
      { 'logto/a.ts': "import { B } from '../auth/index.js';" },
      'logto/a.ts imports auth, which it may not',
    ],
    [
      'mcp knows auth',
      { 'mcp/http/a.ts': "import { B } from '../../auth/index.js';" },
      'mcp/http/a.ts imports auth, which it may not',
    ],
    [
      'even as a type',
      { 'mcp/a.ts': "import type { B } from '../auth/index.js';" },
      'mcp/a.ts imports auth, which it may not',
    ],
    [
      'even in a type',
      { 'mcp/a.ts': "export type B = import('../auth/index.js').B;" },
      'mcp/a.ts imports auth, which it may not',
    ],
    [
      'even on demand',
      { 'mcp/a.ts': "await import('../auth/index.js');" },
      'mcp/a.ts imports auth, which it may not',
    ],
    [
      'even in passing',
      { 'mcp/a.ts': "export { B } from '../auth/index.js';" },
      'mcp/a.ts imports auth, which it may not',
    ],
    [
      'even for its effects',
      { 'mcp/a.ts': "import '../auth/index.js';" },
      'mcp/a.ts imports auth, which it may not',
    ],
    [
      'even in a spec',
      { 'mcp/a.spec.ts': "import { B } from '../auth/index.js';" },
      'mcp/a.spec.ts imports auth, which it may not',
    ],
    [
      'more than types of mcp',
      { 'observability/a.ts': "import { Catalog } from '../mcp/index.js';" },
      'observability/a.ts imports mcp, which it may not',
    ],
    [
      'a room joins the house',
      { 'tools/a.ts': "import { AppModule } from '../app.module.js';" },
      'tools/a.ts imports app.module.ts, which it may not',
    ],
    [
      'main joins rooms',
      { 'main.ts': "import { AuthModule } from './auth/index.js';" },
      'main.ts imports auth, which it may not',
    ],
    [
      'past the index',
      { 'auth/a.ts': "import { B } from '../logto/clients/b.js';" },
      'auth/a.ts imports logto past its index.ts: logto/clients/b.ts',
    ],
    [
      'its own index',
      { 'auth/in/a.ts': "import { B } from '../index.js';", 'auth/index.ts': '' },
      'auth/in/a.ts imports the index.ts of its own room',
    ],
    [
      'out of src',
      { 'auth/a.ts': "import { B } from '../../test/b.js';" },
      'auth/a.ts imports ../../test/b.js, which is not in src',
    ],
    [
      'a circle',
      { 'mcp/a.ts': "import './b.js';", 'mcp/b.ts': "import './c.js';", 'mcp/c.ts': "import './a.js';" },
      'mcp/a.ts -> mcp/b.ts -> mcp/c.ts -> mcp/a.ts is a circle',
    ],
    [
      'a circle of types',
      { 'mcp/a.ts': "import type { B } from './b.js';", 'mcp/b.ts': "import { A } from './a.js';" },
      'mcp/a.ts -> mcp/b.ts -> mcp/a.ts is a circle',
    ],
    ['a new room', { 'utils/a.ts': '' }, 'utils/a.ts stands in no room'],
    ['a new file above the rooms', { 'helpers.ts': '' }, 'helpers.ts stands in no room'],
    ['201 lines', { 'mcp/a.ts': 'f();\n'.repeat(201) }, 'mcp/a.ts has 201 lines'],
    ['the environment', { 'auth/a.ts': 'export const a = process.env.A;' }, 'auth/a.ts reads process.env'],
    [
      'the environment by index',
      { 'auth/a.ts': "export const a = process['env'];" },
      'auth/a.ts reads process.env',
    ],
    ['the environment unpacked', { 'auth/a.ts': 'const { env } = process;' }, 'auth/a.ts reads process.env'],
    [
      'the environment imported',
      { 'auth/a.ts': "import { env } from 'node:process';" },
      'auth/a.ts reads process.env',
    ],
    [
      'the SDK outside',
      { 'tools/a.ts': "import { type X, Server } from '@modelcontextprotocol/server';" },
      'tools/a.ts runs @modelcontextprotocol/server, which belongs to mcp',
    ],
    [
      'a part of the SDK',
      { 'auth/a.ts': "import { y } from '@modelcontextprotocol/sdk/server/sse.js';" },
      'auth/a.ts runs @modelcontextprotocol/sdk, which belongs to mcp',
    ],
    [
      'the tenant library',
      { 'auth/a.ts': "import type { Provider } from 'oidc-provider';" },
      'auth/a.ts imports oidc-provider, which belongs to dev-tenant',
    ],
    [
      'the tenant in production',
      { 'app.module.ts': "import { DevTenantModule } from './dev-tenant/index.js';" },
      'app.module.ts imports dev-tenant at load time',
    ],
    [
      'Redis anywhere',
      { 'auth/a.ts': "import { Redis } from 'ioredis';" },
      'auth/a.ts runs ioredis, which belongs to storage',
    ],
    [
      'a challenge',
      { 'mcp/a.ts': "res.setHeader('www-authenticate', x);" },
      'mcp/a.ts writes WWW-Authenticate',
    ],
    [
      'a challenge in an object',
      { 'mcp/a.ts': "res.set({ 'WWW-Authenticate': x });" },
      'mcp/a.ts writes WWW-Authenticate',
    ],
    [
      'a challenge by decorator',
      { 'mcp/a.ts': "class A { @Header('WWW-Authenticate', 'Bearer') b() {} }" },
      'mcp/a.ts writes WWW-Authenticate',
    ],
    [
      'a challenge by assignment',
      { 'mcp/a.ts': "headers['WWW-Authenticate'] = x;" },
      'mcp/a.ts writes WWW-Authenticate',
    ],
    [
      'a call to the outside',
      { 'tools/a.ts': "await fetch('https://example.com');" },
      'tools/a.ts calls fetch',
    ],
    [
      'something computed',
      { 'mcp/a.ts': 'await import(name);' },
      'mcp/a.ts imports something that is computed',
    ],
  ])('is told: %s', (_what, tree, fault) => {
    expect(faultsOf(tree)).toEqual([fault]);
  });
});
