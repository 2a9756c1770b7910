import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free.port.js';

const CONFIGURATION = new URL('../../config/edge/nginx.conf', import.meta.url);

/** Says so, once for each file, when it is missing. */
export function hasNginx(): boolean {
  if (spawnSync('nginx', ['-v']).status === 0) return true;
  process.stderr.write('SKIPPED: nginx is not installed, so nothing here shows what config/edge does\n');
  return false;
}

export interface Nginx {
  readonly origin: string;
  close(): Promise<void>;
}

/** The edge as compose runs it, with other names for the two servers behind it, and with what an operator edits. */
export async function startNginx(
  port: number,
  upstreams: { server: string; logto: string },
  edits: Readonly<Record<string, string>> = {},
): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  // The workers of a root process are another user's.
  await chmod(folder, 0o755);
  const health = await freePort();
  const replacements = {
    'http://server:3000': upstreams.server,
    'http://logto:3001': upstreams.logto,
    'listen 3001;': `listen 127.0.0.1:${port};`,
    '127.0.0.1:8081': `127.0.0.1:${health}`,
    '/tmp/': `${folder}/`,
    ...edits,
  };
  let text = readFileSync(CONFIGURATION, 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`config/edge/nginx.conf does not contain ${from}`);
    text = text.replaceAll(from, to);
  }
  const path = join(folder, 'nginx.conf');
  await writeFile(path, text);
  const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', path, '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const ended = once(child, 'exit');
  await untilHealthy(`http://127.0.0.1:${health}/`, () =>
    child.exitCode === null ? undefined : `nginx ended:\n${said}`,
  );
  return {
    origin: `http://localhost:${port}`,
    close: async () => {
      child.kill('SIGQUIT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(url: string, fault: () => string | undefined): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const ended = fault();
    if (ended !== undefined) throw new Error(ended);
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx did not start');
}
