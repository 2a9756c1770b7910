import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEV_USERS } from '../../src/dev-tenant/index.js';
import { freePort } from '../support/free.port.js';
import { dockerInstructions } from './compose.file.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What the build stage of the Dockerfile copies, apart from what npm needs to install. */
const SOURCES = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'src'];

describe('the production build', () => {
  let app: string;
  let files: string[];

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'production-build-'));
    for (const source of SOURCES) await cp(join(root, source), join(app, source), { recursive: true });
    await symlink(join(root, 'node_modules'), join(app, 'node_modules'));
    await run('npm', ['run', 'build:production'], { cwd: app });
    const entries = await readdir(join(app, 'dist'), { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(app, 'dist'), join(entry.parentPath, entry.name)));
  }, 120_000);
  afterAll(() => rm(app, { recursive: true, force: true }));

  it('is what the image is built from', () => {
    expect(dockerInstructions('config/docker/Dockerfile')).toContain('RUN npm run build:production');
  });

  it('contains the compiled modules of the server and nothing else', async () => {
    const modules = (await readdir(join(root, 'src'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name !== 'dev-tenant')
      .map(({ name }) => name);
    const folders = new Set(files.map((file) => file.split('/').slice(0, -1)[1]));
    expect([...folders].filter((folder) => folder !== undefined).toSorted()).toEqual(modules.toSorted());
    expect(files.filter((file) => !/^src\/.+\.js(\.map)?$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.spec\.|\/testing\/|dev-tenant|^examples\//.test(file))).toEqual([]);
  });

  it('contains no password of a development user', async () => {
    const passwords = DEV_USERS.map(({ password }) => password);
    expect(passwords.length).toBeGreaterThan(0);
    for (const file of files) {
      const content = await readFile(join(app, 'dist', file), 'utf8');
      expect({ file, found: passwords.filter((password) => content.includes(password)) }).toEqual({
        file,
        found: [],
      });
    }
  });

  it('says at start that it has no development tenant, and what to set', async () => {
    const port = String(await freePort());
    const env = { NODE_ENV: 'development', PORT: port, PUBLIC_URL: `http://localhost:${port}` };
    const ending = await run(process.execPath, ['dist/src/main.js'], { cwd: app, env, timeout: 20_000 }).then(
      () => 'started',
      ({ stderr }: { stderr: string }) => stderr,
    );
    expect(ending.trimEnd().split('\n').slice(-3)).toEqual([
      'The configuration is wrong in 1 place(s):',
      '  LOGTO_ENDPOINT is required: this build does not contain the development tenant',
      '    Your tenant, e.g. https://abc123.logto.app or your custom domain. Required in production.',
    ]);
  });
});
