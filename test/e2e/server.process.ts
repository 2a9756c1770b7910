import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtFile } from '../deploy/built.project.js';

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

// Nothing but these is in the environment of the server.
type Variables = Readonly<Record<string, string>>;

const entry = (): Promise<string> => builtFile('src/main.js');

/** Runs the server as an operator runs it, until it ends by itself. */
export async function runServer(env: Variables): Promise<Ending> {
  const main = await entry();
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main], { env, timeout: 15_000 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** @throws {Error} with what the server said, when it ends instead of listening */
export async function startServer(env: Variables): Promise<Running> {
  const child = spawn(process.execPath, [await entry()], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
