import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The server has a core of its own; the load and the identity provider share another one. */
export type Core = 0 | 1;

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** Whether the figures were taken with every process on the core it was given. */
export const isPinned = canPin;

/** Longer than the longest run of load. */
const PATIENCE_MS = 1_800_000;

const running = new Set<ChildProcess>();

/** A Node process of the benchmark, that answers over its channel. It ends with the driver. */
export class Child {
  private readonly died: Promise<never>;

  private constructor(private readonly process: ChildProcess) {
    this.died = once(process, 'exit').then(() => {
      throw new Error('A process of the benchmark has ended');
    });
    // Nobody may be asking it anything when it ends.
    this.died.catch(() => undefined);
  }

  static start(file: string, core: Core, env: NodeJS.ProcessEnv, flags: readonly string[] = []): Child {
    const node = [process.execPath, ...flags, file];
    const [command = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...node] : node;
    const child = spawn(command, rest, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return new Child(child);
  }

  static stopAll(): void {
    for (const child of running) child.kill('SIGKILL');
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** One question at a time. */
  async ask<Answer>(question: object | string): Promise<Answer> {
    const answered = once(this.process, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    this.process.send(question);
    const [answer] = await Promise.race([answered, this.died]);
    // Both ends are ours, and whoever asks knows what comes back.
    return answer as Answer;
  }

  /** Asks one of the processes that answer with a result or an error. */
  async request<Result>(question: object): Promise<Result> {
    const answer = await this.ask<{ readonly result: Result; readonly error?: string }>(question);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(timer);
  }
}

/** A compiled file beside this one. */
export const compiled = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
