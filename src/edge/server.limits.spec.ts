import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config/index.js';
import { connectionsWithin, createLimitedServer } from './server.limits.js';

const httpOf = (env: Readonly<Record<string, string>>) =>
  readConfig({ PUBLIC_URL: 'https://mcp.example.com', LOGTO_ENDPOINT: 'https://abc123.logto.app', ...env })
    .http;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(env: Readonly<Record<string, string>>): Promise<number> {
  const server = createLimitedServer(httpOf(env), (_req, res) => res.end('served'));
  closers.push(() => server.close().closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** What a connection hears: an answer, or its end. */
function ask(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(String(data)));
    socket.once('close', () => resolve(''));
    socket.write(GET);
  });
}

describe('the limits of the server', () => {
  it('are those of the configuration', () => {
    const server = createLimitedServer(httpOf({ MAX_CONNECTIONS: '7' }), () => undefined);
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount, maxConnections } = server;
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount, maxConnections }).toEqual({
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      maxHeadersCount: 100,
      maxConnections: 7,
    });
  });

  it('never wait longer for the headers than for the request', () => {
    const env = { HEADERS_TIMEOUT_SECONDS: '20', REQUEST_TIMEOUT_SECONDS: '10' };
    expect(createLimitedServer(httpOf(env), () => undefined).headersTimeout).toBe(10_000);
  });

  it.each([
    [undefined, undefined],
    [65_536, 65_024],
    [20_000, 19_488],
    [1024, 768],
    [128, 96],
  ])('of %s open files leave room for %s connections', (files, connections) => {
    expect(connectionsWithin(files)).toBe(connections);
  });

  it.runIf(process.platform === 'linux')('take the limit of open files from the system', () => {
    expect(createLimitedServer(httpOf({}), () => undefined).maxConnections).toBeGreaterThan(0);
  });
});

describe('a connection too many', () => {
  it('[row 132] is turned away while the others are served, and let in when there is room again', async () => {
    const port = await listening({ MAX_CONNECTIONS: '5' });
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => dial(port)));
    if (first === undefined) throw new Error('No connection');
    expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(await dial(port))).toBe('');
    expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of others) socket.destroy();
    await expect.poll(async () => ask(await dial(port)), { timeout: 1_000 }).toMatch(/^HTTP\/1\.1 200 /);
  });
});
