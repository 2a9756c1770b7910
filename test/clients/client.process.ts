import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { signIn } from '../../src/dev-tenant/index.js';
import { modernNode } from '../conformance/modern.node.js';
import type { ListedClient } from './client.list.js';

/** Beside the sources, where the packages of the clients are installed. */
const ROOT = fileURLToPath(new URL('../../../../test/clients/', import.meta.url));
const ALICE = { username: 'alice', password: 'alice-password', decision: 'authorize' } as const;

export const folderOf = ({ folder }: ListedClient): string => `${ROOT}${folder}`;

/** How a command ended. `hangs`: it did not. */
export interface CommandResult {
  readonly value?: unknown;
  readonly error?: string;
  readonly signIns: number;
  readonly reconnects: number;
  readonly hangs: boolean;
}

interface Message {
  readonly ready?: boolean;
  readonly signIn?: string;
  readonly done?: Omit<CommandResult, 'hangs'>;
}

/** The program of one client in a process of its own. A person signs in whenever it asks for it. */
export class ClientProcess {
  private said = '';
  private settle: ((result: CommandResult) => void) | undefined;
  private readonly ready: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on('data', (text: string) => (this.said = (this.said + text).slice(-20_000)));
    }
    this.ready = Promise.race([once(child, 'message'), once(child, 'exit')]);
    // The runner is the only sender, and sends these.
    child.on('message', (message) => this.receive(message as Message));
    child.once('exit', (code) => this.finish({ error: `The program ended with ${code}` }));
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
  }

  static start(client: ListedClient, home: string): ClientProcess {
    const node = client.needsModernNode === true ? modernNode() : process.execPath;
    const child = spawn(node, [`${ROOT}shared/runner.mjs`, client.folder], {
      cwd: folderOf(client),
      env: { PATH: process.env['PATH'], HOME: home },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new ClientProcess(child);
  }

  /** The end of what it wrote. */
  get log(): string {
    return this.said;
  }

  async run(command: string, parameters: object, limitMs: number): Promise<CommandResult> {
    await this.ready;
    if (!this.child.connected) return { error: `The program is not there:\n${this.said}`, ...NOTHING };
    const result = new Promise<CommandResult>((resolve) => (this.settle = resolve));
    const timer = setTimeout(() => this.finish({ hangs: true }), limitMs);
    this.child.send({ command, ...parameters });
    return result.finally(() => clearTimeout(timer));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private receive({ signIn: address, done }: Message): void {
    if (done !== undefined) this.finish(done);
    if (address !== undefined) void this.letUserSignIn(address);
  }

  private async letUserSignIn(address: string): Promise<void> {
    try {
      const { redirect } = await signIn(address, ALICE);
      this.child.send({ redirect });
    } catch (error) {
      this.child.send({ refused: String(error) });
    }
  }

  private finish(result: Partial<CommandResult>): void {
    this.settle?.({ ...NOTHING, ...result });
    this.settle = undefined;
  }
}

const NOTHING = { signIns: 0, reconnects: 0, hangs: false };
