import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILED: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** How a server that would not start ended. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server that listens, in a process of its own. */
export interface Running {
  readonly stdout: () => string;
  readonly stderr: () => string;
  stop(): Promise<void>;
}

type Variables = Readonly<Record<string, string>>;

/**
 * The server as plain JavaScript, run by node as an operator runs it. Compiled into a folder of its own: `dist` may
 * be stale, absent, or in the middle of somebody's build.
 */
export class BuiltServer {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<BuiltServer> {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-server-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const sources = (await readdir(join(ROOT, 'src'), { recursive: true })).filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'),
    );
    await Promise.all(
      sources.map(async (path) => {
        const target = join(folder, 'src', path.replace(/\.ts$/, '.js'));
        const source = await readFile(join(ROOT, 'src', path), 'utf8');
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, ts.transpileModule(source, { compilerOptions: COMPILED }).outputText);
      }),
    );
    return new BuiltServer(folder);
  }

  /** Runs until it ends by itself. Nothing but these variables is in its environment. */
  run(env: Variables): Promise<Ending> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [this.entry], { env, timeout: 15_000 }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  /** @throws {Error} with what it said, when it ends instead of listening */
  async start(env: Variables): Promise<Running> {
    const child = spawn(process.execPath, [this.entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    const ended = once(child, 'exit');
    const listening = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (stdout.includes('MCP endpoint:')) resolve();
      });
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const failed = ended.then(() => {
      throw new Error(`The server ended:\n${stdout}${stderr}`);
    });
    // Later endings are the test's own doing.
    failed.catch(() => undefined);
    await Promise.race([listening, failed]);
    return {
      stdout: () => stdout,
      stderr: () => stderr,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private get entry(): string {
    return join(this.folder, 'src/main.js');
  }
}
