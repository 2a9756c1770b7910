import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { TurnCorks } from './turn.corks.js';

const opened: { destroy(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy();
});

/** The server's end of a connection, and the client's. */
async function connection(): Promise<{ server: Socket; client: Socket }> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  // It listens on a TCP port.
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const [server]: Socket[] = await once(listener, 'connection');
  listener.close();
  if (server === undefined) throw new Error('Nobody has connected');
  opened.push(server, client);
  return { server, client };
}

it('what is written in the turn of a request leaves at its end', async () => {
  const corks = new TurnCorks();
  const { server, client } = await connection();
  corks.hold(server);
  server.write('a');
  server.write('b');
  expect(server.writableCorked).toBe(1);
  await setImmediate();
  expect(server.writableCorked).toBe(0);
  expect(String((await once(client, 'data'))[0])).toBe('ab');
});

it('two requests of one connection in the same turn release it once both do', async () => {
  const corks = new TurnCorks();
  const { server } = await connection();
  corks.hold(server);
  corks.hold(server);
  await setImmediate();
  expect(server.writableCorked).toBe(0);
});

it('a connection that has gone by the end of the turn is no fault', async () => {
  const corks = new TurnCorks();
  const { server } = await connection();
  corks.hold(server);
  server.destroy();
  await setImmediate();
  expect(server.destroyed).toBe(true);
});
