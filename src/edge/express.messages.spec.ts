import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { messagesOf } from './express.messages.js';

it("a request and a response are the application's before it sees them, and all that Node made of them", async () => {
  const app = express();
  const seen: boolean[] = [];
  const server = createServer(messagesOf(app), (req, res) => {
    seen.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response);
    // They are Express's own by now.
    app(req as express.Request, res as express.Response);
  });
  app.get('/a', (req, res) => {
    seen.push(req.app === app, res.app === app, req.get('host') === req.headers.host);
    res.status(201).json({ query: req.query });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const status = await new Promise((resolve) => {
    get(`http://127.0.0.1:${port}/a?b=c`, (answer) => resolve(answer.resume().statusCode));
  });
  server.close();
  expect(status).toBe(201);
  expect(seen).toEqual([true, true, true, true, true]);
});
