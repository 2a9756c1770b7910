import { execFileSync } from 'node:child_process';

/** The oldest Node the official suites and the Inspector start on. */
const OLDEST = 22;

let found: string | undefined;

/** A Node that can run the suites: this one when it is new enough, else a downloaded one. */
export function modernNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST) return process.execPath;
  found ??= execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], {
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  return found;
}
