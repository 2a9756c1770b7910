import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 3_000;
const KEPT_LINES = 30;

/** The compiled server beside this compiled demo. */
const entry = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** The real server in a process of its own, as an operator would run it. */
export class ServerProcess {
  private readonly lines: string[] = [];

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
    }
    // However this process ends, that one ends too.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
  }

  /** The environment of this process with these variables over it: what breaks the server may break the demo. */
  static start(variables: Readonly<Record<string, string>>): ServerProcess {
    const env = { ...process.env, ...variables };
    return new ServerProcess(spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** The last lines the server wrote. */
  get log(): string {
    return this.lines.join('\n');
  }

  /** @throws {Error} when the server ends or takes too long */
  async ready(publicUrl: string): Promise<void> {
    const end = Date.now() + READY_LIMIT_MS;
    while (Date.now() < end) {
      if (this.child.exitCode !== null) throw new Error(`The server ended at once:\n${this.log}`);
      if (await isReady(publicUrl)) return;
      await sleep(50);
    }
    throw new Error(`The server was not ready after ${READY_LIMIT_MS / 1000} seconds:\n${this.log}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  private keep(text: string): void {
    this.lines.push(...text.split('\n').filter((line) => line !== ''));
    this.lines.splice(0, this.lines.length - KEPT_LINES);
  }
}

async function isReady(publicUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${publicUrl}/health/ready`, { signal: AbortSignal.timeout(1000) });
    await response.text();
    return response.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
