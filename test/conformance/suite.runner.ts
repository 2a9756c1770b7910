import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modernNode } from './modern.node.js';
import { readResults, type ScenarioResult } from './suite.results.js';

/** The two releases of the official suite, by the names they are installed under. */
export type Suite = 'conformance-0-1' | '@modelcontextprotocol/conformance';

export interface SuiteRun {
  readonly exitCode: number | null;
  readonly results: readonly ScenarioResult[];
  readonly output: string;
}

const require = createRequire(import.meta.url);

/** Where a package is installed. */
export const packageRoot = (name: string): string => dirname(require.resolve(`${name}/package.json`));

export interface SuiteOptions {
  /** A suite that takes longer is ended, and what it has not written down has failed. */
  readonly timeoutMs?: number;
  /** Is told everything the suite has printed so far, each time it prints. */
  readonly onOutput?: (output: string) => void;
}

/** Runs one command of a suite to its end and reads what it wrote down. */
export async function runSuite(
  suite: Suite,
  args: readonly string[],
  { timeoutMs = 150_000, onOutput }: SuiteOptions = {},
): Promise<SuiteRun> {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const entry = join(packageRoot(suite), 'dist', 'index.js');
    const child = spawn(modernNode(), [entry, ...args, '-o', directory], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        onOutput?.(output);
      });
    }
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, results: readResults(directory), output };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
