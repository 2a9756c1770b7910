import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { lingeringClose } from './lingering.close.js';

const open: { destroy(): unknown }[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** The server's end of a connection and the client's, which does not end because the server does. */
async function pair(): Promise<{ server: Socket; client: Socket }> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  // It listens on a TCP port.
  const { port } = listener.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined);
  const [server] = (await accepted) as [Socket];
  listener.close();
  server.on('error', () => undefined);
  open.push(server, client);
  return { server, client };
}

describe('a connection that closes while its client still sends', () => {
  it('ends when the client does, which has read everything', async () => {
    const { server, client } = await pair();
    server.write('refused');
    lingeringClose(server, { bytes: 10_000_000, ms: 60_000 });
    client.end(Buffer.alloc(5_000_000));
    const texts: string[] = [];
    client.on('data', (chunk) => texts.push(String(chunk)));
    await once(server, 'close');
    expect(texts.join('')).toBe('refused');
  });

  it('is cut when the client sends more than it may', async () => {
    const { server, client } = await pair();
    lingeringClose(server, { bytes: 1_000_000, ms: 60_000 });
    const chunk = Buffer.alloc(65_536);
    const send = (): void => {
      while (client.writable && client.write(chunk));
    };
    client.on('drain', send).resume();
    send();
    await once(server, 'close');
    expect(server.bytesRead).toBeLessThan(2_000_000);
  });

  it('is cut when its time is over', async () => {
    const { server, client } = await pair();
    lingeringClose(server, { bytes: 1_000_000, ms: 50 });
    client.resume();
    await once(server, 'close');
    expect(client.writableEnded).toBe(false);
  });
});
