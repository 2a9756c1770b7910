import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const FOLDER = 'test/bench';

/** Their packages are no part of ours: they come with the first run that needs them, as their lockfile says. */
export async function installPeers(): Promise<void> {
  try {
    await access(`${FOLDER}/node_modules/.package-lock.json`);
  } catch {
    // Not installed yet.
    const options = ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'];
    await promisify(execFile)('npm', options);
  }
}
