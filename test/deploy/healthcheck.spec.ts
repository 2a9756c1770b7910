import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../examples/demo/free.port.js';
import { listen } from './local.server.js';

const script = fileURLToPath(new URL('../../config/docker/healthcheck.mjs', import.meta.url));

async function exitCode(port: number): Promise<unknown> {
  const child = spawn(process.execPath, [script], { env: { PORT: String(port) }, stdio: 'ignore' });
  const [code]: unknown[] = await once(child, 'exit');
  return code;
}

async function exitCodeAgainst(answer: RequestListener): Promise<unknown> {
  const server = await listen(answer);
  try {
    return await exitCode(server.port);
  } finally {
    await server.close();
  }
}

describe('config/docker/healthcheck.mjs', () => {
  it('succeeds when the server says that it is alive', async () => {
    const asked: unknown[] = [];
    const code = await exitCodeAgainst((req, res) => {
      asked.push(`${req.method} ${req.url}`);
      res.end('{"status":"ok"}');
    });
    expect(code).toBe(0);
    expect(asked).toEqual(['GET /health/live']);
  });

  it.each([503, 404, 302])('fails when the server answers %i', async (status) => {
    const code = await exitCodeAgainst((_, res) => res.writeHead(status, { location: '/' }).end());
    expect(code).toBe(1);
  });

  it('fails within its own limit when the server accepts and never answers', async () => {
    const started = Date.now();
    const code = await exitCodeAgainst(() => undefined);
    expect(code).toBe(1);
    // The engine kills the check after four seconds; it must have answered for itself by then.
    expect(Date.now() - started).toBeLessThan(4000);
  });

  it('fails when nobody listens', async () => {
    expect(await exitCode(await freePort())).toBe(1);
  });
});
