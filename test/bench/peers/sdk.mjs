// The official SDK's 2026-07-28 handler behind a bearer check, as its documentation puts them together.
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { remembered, verifyJwt } from './jwt.mjs';
import { listen, whoami } from './listen.mjs';

const verify = process.env.BENCH_VARIANT === 'cached' ? remembered(verifyJwt) : verifyJwt;

const handler = toNodeHandler(
  createMcpHandler(
    () => {
      const server = new McpServer({ name: 'sdk', version: '1.0.0' });
      const outputSchema = z.looseObject({ sub: z.string() });
      server.registerTool('whoami', { description: 'Who is calling', outputSchema }, () => whoami());
      return server;
    },
    { legacy: 'reject' },
  ),
);

listen(async (req, res) => {
  const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
  try {
    if (token === undefined) throw new Error('No token');
    req.auth = await verify(token);
  } catch {
    res.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
    return;
  }
  await handler(req, res);
});
