import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modernNode } from '../conformance/modern.node.js';

const require = createRequire(import.meta.url);
const root = dirname(require.resolve('@modelcontextprotocol/inspector/package.json'));

export interface InspectorRun {
  readonly exitCode: number | null;
  /** The result, as JSON. */
  readonly stdout: string;
  /** The error, as JSON. */
  readonly stderr: string;
}

/** Runs the command line of the MCP Inspector in a home of its own: it must find no token that somebody has stored. */
export async function inspect(args: readonly string[]): Promise<InspectorRun> {
  const home = mkdtempSync(join(tmpdir(), 'inspector-'));
  try {
    const entry = join(root, 'clients', 'launcher', 'build', 'index.js');
    const child = spawn(modernNode(), [entry, '--cli', ...args, '--format', 'json', '--quiet'], {
      env: { PATH: process.env['PATH'], HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (texts.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (texts.stderr += chunk));
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, ...texts };
  } finally {
    rmSync(home, { recursive: true });
  }
}
