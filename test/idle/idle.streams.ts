import type { Socket } from 'node:net';
import { dial, http } from '../edge/raw.socket.js';
import { INITIALIZE, MODERN_META } from '../support/raw.js';

/** Opens one stream of its era, and resolves once the server has begun to answer it. */
export type OpenStream = (origin: string, token: string) => Promise<Socket>;

const request = (origin: string, token: string, line: string, ...more: readonly string[]): string =>
  http(
    line,
    `Host: ${new URL(origin).host}`,
    `Authorization: Bearer ${token}`,
    'Accept: application/json, text/event-stream',
    ...more,
  );

function post(origin: string, token: string, body: object, ...more: readonly string[]): string {
  const json = JSON.stringify(body);
  const head = ['Content-Type: application/json', `Content-Length: ${json.length}`, ...more];
  return request(origin, token, 'POST /mcp HTTP/1.1', ...head) + json;
}

/** Writes, and waits for what the answer must contain. */
function exchange(socket: Socket, bytes: string, wanted: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onEnd = () => reject(new Error(`The server ended the connection: ${text.slice(0, 500)}`));
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const found = wanted.exec(text);
      if (found === null) return;
      socket.off('data', onData).off('close', onEnd);
      resolve(found);
    };
    socket.on('data', onData).once('close', onEnd).write(bytes);
  });
}

async function connected(origin: string): Promise<Socket> {
  const socket = await dial(origin);
  return socket.on('error', () => undefined);
}

async function overSse(origin: string, token: string): Promise<Socket> {
  const socket = await connected(origin);
  await exchange(socket, request(origin, token, 'GET /sse HTTP/1.1'), /event: endpoint\ndata: \S+/);
  return socket.resume();
}

async function overStreamable(origin: string, token: string): Promise<Socket> {
  const socket = await connected(origin);
  const opened = await exchange(
    socket,
    post(origin, token, INITIALIZE),
    /mcp-session-id: (\S+)[^]*"result"[^]*\n\n/i,
  );
  const session = `Mcp-Session-Id: ${opened[1] ?? ''}`;
  await exchange(socket, request(origin, token, 'GET /mcp HTTP/1.1', session), /HTTP\/1\.1 200 [^]*\r\n\r\n/);
  return socket.resume();
}

async function subscription(origin: string, token: string): Promise<Socket> {
  const socket = await connected(origin);
  const params = { notifications: { toolsListChanged: true }, _meta: MODERN_META };
  const body = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params };
  const named = ['MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: subscriptions/listen'];
  await exchange(socket, post(origin, token, body, ...named), /subscriptions\/acknowledged/);
  return socket.resume();
}

export const IDLE_ERAS: readonly (readonly [string, OpenStream, 'sse' | 'mcp'])[] = [
  ['2024-11-05 (GET /sse)', overSse, 'sse'],
  ['2025-11-25 (GET /mcp)', overStreamable, 'mcp'],
  ['2026-07-28 (subscriptions/listen)', subscription, 'mcp'],
];
