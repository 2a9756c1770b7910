import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from './agent.errors.js';

const page = (text: string) =>
  `<!doctype html><meta charset="utf-8"><title>SmartMail AI</title><p style="font: 1.1rem sans-serif">${text}</p>`;

/** The redirect URI of a native app: one page on a free loopback port (RFC 8252 §7.3). */
export class LoopbackReceiver {
  private constructor(
    private readonly server: Server,
    private readonly answer: Promise<URLSearchParams>,
    readonly redirectUrl: string,
  ) {}

  static async listen(): Promise<LoopbackReceiver> {
    const server = createServer();
    const answer = new Promise<URLSearchParams>((resolve) => {
      server.on('request', (req, res) => {
        const url = new URL(req.url ?? '/', 'http://127.0.0.1');
        // Browsers also ask for a favicon; only the redirect itself is an answer.
        if (req.method !== 'GET' || url.pathname !== '/callback') {
          res.writeHead(404).end();
          return;
        }
        res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
        res.end(page('SmartMail AI has its answer. You can close this page.'));
        resolve(url.searchParams);
      });
    });
    // 127.0.0.1, not localhost: RFC 8252 §8.3.
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new LoopbackReceiver(server, answer, `http://127.0.0.1:${port}/callback`);
  }

  /** The query that the browser brings back. A user who closes the page brings nothing, so there is a limit. */
  async query(limitMs: number): Promise<URLSearchParams> {
    const settled = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: settled.signal }).then(() => {
      throw new AgentError('timeout', 'Nobody came back from the sign-in page in time.');
    });
    return Promise.race([this.answer, limit]).finally(() => settled.abort());
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
