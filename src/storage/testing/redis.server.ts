import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

/** A Redis of the test's own, to be stopped, frozen and made to refuse. */
export interface RedisServer {
  readonly url: string;
  /** Stops answering, with every connection still open. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** On the same port as before. */
  restart(): Promise<void>;
  /** Runs a command past every limit and prefix. */
  command(name: string, ...args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Says so, once for each file, when it is missing. */
export function hasRedisServer(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  process.stderr.write(
    'SKIPPED: redis-server is not installed, so nothing here shows what a lost Redis does\n',
  );
  return false;
}

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let child = await launch(port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      child = await launch(port);
    },
    command: async (name, ...args) => {
      const client = new Redis(port, '127.0.0.1');
      try {
        return await client.call(name, ...args);
      } finally {
        client.disconnect();
      }
    },
    close: kill,
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    // DEBUG SLEEP makes it slow.
    'enable-debug-command': 'local',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('Ready to accept connections')) break;
  }
  return child;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
