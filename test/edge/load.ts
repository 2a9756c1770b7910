import { Agent, type IncomingMessage, request } from 'node:http';
import { INITIALIZE, MODERN_META } from '../support/raw.js';
import type { DrainProcess } from './drain.process.js';

/** What became of a call: `refused` never reached the server, so another server can have it; `lost` did. */
export type Fate = 'answered' | 'refused' | `lost: ${string}`;

/** A stream and all it has said. */
export interface Stream {
  readonly text: () => string;
  /** Resolves with whether it ended as a stream ends, or was cut. */
  readonly ended: Promise<'ended' | 'cut'>;
}

interface Sent {
  readonly status: number;
  readonly message: IncomingMessage;
}

const agent = new Agent({ keepAlive: true });

/** The load of a busy server on one process, in all three eras. */
export class Load {
  private id = 1;

  constructor(private readonly server: DrainProcess) {}

  /** A call of 2026: one request, one answer. */
  async callModern(name = 'slow'): Promise<Fate> {
    const params = { name, arguments: {}, _meta: MODERN_META };
    const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': name };
    return this.fateOf(() => this.post('/mcp', this.rpc('tools/call', params), headers));
  }

  /** A call of 2025, in a session, answered as a stream. */
  async callInSession(session: string): Promise<Fate> {
    const params = { name: 'slow', arguments: {} };
    return this.fateOf(() =>
      this.post('/mcp', this.rpc('tools/call', params), { 'Mcp-Session-Id': session }),
    );
  }

  /** A call of 2024: the request is answered at once, the call on the stream of the session. */
  async callBesideStream({ stream, path }: SseSession): Promise<Fate> {
    const message = this.rpc('tools/call', { name: 'slow', arguments: {} });
    try {
      const { status } = await this.post(path, message, {}, this.server.tokens.sse);
      if (status !== 202) return `lost: ${status}`;
    } catch (error) {
      return fateOfError(error);
    }
    const isAnswered = () =>
      stream.text().includes(`"id":${message.id}}`) || stream.text().includes(`"id":${message.id},`);
    await Promise.race([stream.ended, until(isAnswered)]);
    return isAnswered() ? 'answered' : 'lost: 202 and no more';
  }

  async openSession(): Promise<string> {
    const { status, message } = await this.post('/mcp', INITIALIZE);
    await read(message);
    const id = message.headers['mcp-session-id'];
    if (status !== 200 || typeof id !== 'string') throw new Error(`initialize answered ${status}`);
    return id;
  }

  openStream(session: string): Promise<Stream> {
    return this.stream('GET', '/mcp', { 'Mcp-Session-Id': session });
  }

  subscribe(): Promise<Stream> {
    const params = { notifications: { toolsListChanged: true }, _meta: MODERN_META };
    const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' };
    return this.stream(
      'POST',
      '/mcp',
      headers,
      this.server.tokens.mcp,
      this.rpc('subscriptions/listen', params),
    );
  }

  async openSse(): Promise<SseSession> {
    const stream = await this.stream('GET', '/sse', {}, this.server.tokens.sse);
    const pathIn = () => /^data: (\S+)$/m.exec(stream.text())?.[1];
    await until(() => pathIn() !== undefined);
    const path = pathIn() ?? '';
    const { status } = await this.post(path, INITIALIZE, {}, this.server.tokens.sse);
    if (status !== 202) throw new Error(`initialize answered ${status}`);
    await until(() => stream.text().includes('serverInfo'));
    return { stream, path };
  }

  private rpc(method: string, params: object) {
    this.id += 1;
    return { jsonrpc: '2.0', id: this.id, method, params };
  }

  private async fateOf(send: () => Promise<Sent>): Promise<Fate> {
    try {
      const { status, message } = await send();
      const text = await read(message);
      return status === 200 && text.includes('"result"') && !text.includes('isError":true')
        ? 'answered'
        : `lost: ${status} ${text.slice(0, 200)}`;
    } catch (error) {
      return fateOfError(error);
    }
  }

  private post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
    token = this.server.tokens.mcp,
  ): Promise<Sent> {
    return this.send('POST', path, headers, token, body, agent);
  }

  private async stream(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    token = this.server.tokens.mcp,
    body?: object,
  ): Promise<Stream> {
    const { status, message } = await this.send(method, path, headers, token, body, new Agent());
    if (status !== 200) throw new Error(`The stream answered ${status}`);
    let text = '';
    message.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const ended = new Promise<'ended' | 'cut'>((resolve) => {
      message.once('end', () => resolve('ended'));
      message.once('error', () => resolve('cut'));
      message.once('close', () => resolve('cut'));
    });
    return { text: () => text, ended };
  }

  private send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    token: string,
    body: object | undefined,
    through: Agent,
  ): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.server.origin.replace('localhost', '127.0.0.1')), {
        method,
        agent: through,
        headers: {
          Host: new URL(this.server.origin).host,
          Authorization: `Bearer ${token}`,
          Accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
          ...(body && { 'Content-Type': 'application/json' }),
          ...headers,
        },
      });
      sent.once('error', reject);
      sent.once('response', (message) => {
        resolve({ status: message.statusCode ?? 0, message });
        if (message.statusCode === 202) message.resume();
      });
      sent.end(body && JSON.stringify(body));
    });
  }
}

export interface SseSession {
  readonly stream: Stream;
  readonly path: string;
}

const fateOfError = (error: unknown): Fate => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ECONNREFUSED' ? 'refused' : `lost: ${code}`;
};

async function read(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
  return text;
}

async function until(isSo: () => boolean, limitMs = 10_000): Promise<void> {
  const start = performance.now();
  while (!isSo() && performance.now() - start < limitMs)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
