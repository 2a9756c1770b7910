import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const ATTEMPTS = 20;

/**
 * A port for a process that starts later and has to know it before. Taken from below the range that kernels hand out
 * by themselves (from 32768 on Linux), so that nothing else gets it in the meantime.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No free port between 20000 and 32000');
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch {
    // Somebody has it.
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
