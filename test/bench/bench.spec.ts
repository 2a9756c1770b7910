import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Beside the other builds of the tests: compiled files find the packages there, and nobody lints them.
const cache = join(root, 'node_modules', '.cache');
const run = promisify(execFile);
let built: string;

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  built = await mkdtemp(join(cache, 'bench-'));
  await writeFile(join(built, 'package.json'), '{"type":"module"}');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', 'test/bench', '--noCheck', '--outDir', built], { cwd: root });
}, 120_000);

afterAll(() => rm(built, { recursive: true, force: true }));

it(
  'the benchmark measures us in every era beside the floor, and no call fails',
  { timeout: 120_000 },
  async () => {
    const main = join(built, 'test', 'bench', 'main.js');
    const options = ['--quick', '--json', '--only', 'ours', '--only', 'floor'];
    const { stdout } = await run(process.execPath, [main, ...options], { cwd: root });
    const { comparison } = JSON.parse(stdout);
    const results = Object.entries<{ failed: number; callsPerSecond: number }>(comparison.results);
    expect(results.map(([name]) => name)).toEqual(['floor', 'ours 2026', 'ours 2025', 'ours SSE']);
    for (const [name, { failed, callsPerSecond }] of results) {
      expect({ name, failed, answered: callsPerSecond > 0 }).toEqual({ name, failed: 0, answered: true });
    }
    expect(comparison.ratios['ours 2026 / floor']).toBeGreaterThan(0);
  },
);
