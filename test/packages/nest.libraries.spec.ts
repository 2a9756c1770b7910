import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What teams add to a Nest application, as they would name it to `npm install`. */
const LIBRARIES: readonly (readonly string[])[] = [
  ['@nestjs/typeorm', 'typeorm'],
  ['@nestjs/mongoose', 'mongoose'],
  ['@nestjs/bullmq', 'bullmq'],
  ['@prisma/client'],
  ['drizzle-orm'],
  ['@nestjs/cache-manager', 'cache-manager'],
  ['@nestjs/swagger'],
];

const INSTALLS = [
  ...LIBRARIES.map((names) => ({ title: names.join(' '), names })),
  { title: 'all of them together', names: LIBRARIES.flat() },
];

const registryIsReachable = await run('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=5000'], {
  cwd: root,
}).then(
  () => true,
  () => false,
);
if (!registryIsReachable) {
  process.stderr.write(
    'SKIPPED: test/packages/nest.libraries.spec.ts, because the npm registry does not answer.\n',
  );
}

describe.skipIf(!registryIsReachable)('npm install of a common Nest library beside ours', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'nest-libraries-'));
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      await cp(join(root, file), join(project, file));
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  it.each(INSTALLS)('resolves without overrides: $title', { timeout: 120_000 }, async ({ names }) => {
    const options = ['--dry-run', '--strict-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { stderr } = await run('npm', ['install', ...options, ...names], { cwd: project });
    expect(stderr).not.toContain('ERESOLVE');
  });
});
