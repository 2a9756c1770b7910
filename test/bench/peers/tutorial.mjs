// The server of the tutorial: HTTP+SSE of the first SDK on Express, each message judged by Logto's userinfo endpoint.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import express from 'express';
import { remembered } from './jwt.mjs';
import { CLAIMS, PORT } from './listen.mjs';

async function askUserinfo(token) {
  const response = await fetch(process.env.BENCH_USERINFO, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error('Refused');
  const claims = await response.json();
  return { token, clientId: '', scopes: [], claims };
}
const verify = process.env.BENCH_VARIANT === 'cached' ? remembered(askUserinfo) : askUserinfo;

async function bearer(req, res, next) {
  try {
    req.auth = await verify((req.headers.authorization ?? '').replace(/^Bearer /, ''));
  } catch {
    res.status(401).set('WWW-Authenticate', 'Bearer').end();
    return;
  }
  next();
}

function whoamiServer() {
  const server = new McpServer({ name: 'tutorial', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Who is calling' }, () => ({
    content: [{ type: 'text', text: JSON.stringify(CLAIMS) }],
  }));
  return server;
}

const transports = {};
const app = express();
app.get('/sse', bearer, async (_req, res) => {
  const transport = new SSEServerTransport('/messages', res);
  transports[transport.sessionId] = transport;
  res.on('close', () => delete transports[transport.sessionId]);
  await whoamiServer().connect(transport);
});
app.post('/messages', bearer, async (req, res) => {
  const transport = transports[req.query.sessionId];
  if (transport) await transport.handlePostMessage(req, res, req.body);
  else res.status(400).send('No transport found for sessionId');
});
app.listen(PORT, '127.0.0.1');
