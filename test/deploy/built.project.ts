import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside node_modules, so that compiled files find the packages and nobody lints or formats them.
const cache = join(root, 'node_modules', '.cache', 'built-project');

/**
 * The compiled project, as `npm run build` makes it, and the path of one of its files. `dist/` is left alone: it may
 * be older than the sources, or be served from at this moment. Types are checked elsewhere.
 */
export async function builtFile(path: string): Promise<string> {
  const target = join(cache, await fingerprint());
  if (!(await exists(target))) await build(target);
  return join(target, 'dist', path);
}

async function build(target: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  await forgetOld();
  const draft = await mkdtemp(join(cache, 'draft-'));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(draft, 'dist')];
  await promisify(execFile)(process.execPath, [tsc, ...options], { cwd: root });
  // It says that the files are ES modules.
  await copyFile(join(root, 'package.json'), join(draft, 'package.json'));
  // Whole or not at all: a test file that runs at the same time may have been faster.
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!(await exists(target))) throw error;
  });
}

/** Builds of earlier sources, except those that a test may still be running. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    // Gone already when another test file tidies up at the same time.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 600_000) await rm(path, { recursive: true, force: true });
  }
}

/** Names, sizes and times of everything that is compiled. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['src', 'examples']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
    for (const path of files.map((file) => join(file.parentPath, file.name)).toSorted()) {
      const { size, mtimeMs } = await stat(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
