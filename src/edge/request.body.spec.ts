import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { readBytes, RequestBodyError } from './request.body.js';

const TEXT = '{ "a": 1 }';
const MAX_BYTES = 20;
const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

/** What is read of a body behind the given parsers. */
async function readBehind(
  handlers: readonly RequestHandler[],
  body: string | ReadableStream,
): Promise<string> {
  const app = express();
  for (const handler of handlers) app.use(handler);
  app.post('/', (req, res) => {
    readBytes(req, MAX_BYTES).then(
      (bytes) => res.end(String(bytes)),
      (error: unknown) => res.end(error instanceof RequestBodyError ? error.code : String(error)),
    );
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  opened.push(server);
  await once(server, 'listening');
  // It listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const headers = { 'Content-Type': 'application/json', Connection: 'close' };
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  return (await fetch(`http://127.0.0.1:${port}/`, init)).text();
}

describe('a body', () => {
  it.each([
    ['without a parser', []],
    ['behind one that keeps the bytes', [express.raw({ type: '*/*' })]],
    ['behind one that keeps the text', [express.text({ type: '*/*' })]],
    ['behind one that reads forms', [express.urlencoded({ extended: false })]],
    [
      'behind one of JSON, whose bytes are kept',
      [
        express.json({
          verify: (req, _res, bytes) => {
            Object.assign(req, { rawBody: bytes });
          },
        }),
      ],
    ],
  ])('is read as it was sent %s', async (_how, handlers) => {
    expect(await readBehind(handlers, TEXT)).toBe(TEXT);
    expect(await readBehind(handlers, new Blob([TEXT]).stream())).toBe(TEXT);
    expect(await readBehind(handlers, JSON.stringify(['x'.repeat(MAX_BYTES)]))).toBe('too_large');
    expect(await readBehind(handlers, new Blob([`["${'x'.repeat(MAX_BYTES)}"]`]).stream())).toBe('too_large');
  });

  it('of which a parser has kept no bytes is not waited for', async () => {
    expect(await readBehind([express.json()], TEXT)).toBe('consumed');
  });
});
