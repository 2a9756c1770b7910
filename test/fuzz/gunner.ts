import { Agent, type IncomingMessage, request } from 'node:http';
import type { Shot } from './arbitraries.js';

/** What came back, or why nothing did. */
export interface Hit {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly ms: number;
}

/** What only the run knows: a token, and the ids of sessions that exist. */
export interface Aim {
  readonly token: string;
  readonly session: string;
  readonly sse: string;
}

const LONGEST_MS = 5_000;
/** A stream that stays open has been answered; how long one looks at it. */
const GLANCE_MS = 30;

/** Fires shots over a bounded number of connections. */
export class Gunner {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws {Error} when there is no answer within five seconds, or the connection breaks */
  fire(shot: Shot, aim: Aim): Promise<Hit> {
    const began = performance.now();
    const filled = (text: string) => text.replace('{session}', aim.session).replace('{sse}', aim.sse);
    const headers = Object.entries(shot.headers).map(([name, value]) => [name, filled(value)]);
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.origin);
      const req = request(
        {
          hostname,
          port,
          path: filled(shot.path),
          method: shot.method,
          agent: this.agent,
          headers: { ...Object.fromEntries(headers), ...authorization(shot, aim) },
        },
        (res) =>
          void read(res).then(
            (text) =>
              resolve({
                status: res.statusCode ?? 0,
                type: res.headers['content-type'] ?? '',
                text,
                ms: performance.now() - began,
              }),
            reject,
          ),
      );
      req.setTimeout(LONGEST_MS, () => req.destroy(new Error(`No answer within ${LONGEST_MS} ms`)));
      req.once('error', reject);
      // Node's client frames a body for these alone; after another method it would be the next request.
      req.end(['POST', 'PUT'].includes(shot.method) ? shot.body : undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function authorization({ token }: Shot, aim: Aim): Record<string, string> {
  if (token === 'none') return {};
  return { authorization: `Bearer ${token === 'good' ? aim.token : token.bad}` };
}

function read(res: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const isStream = res.headers['content-type']?.startsWith('text/event-stream') === true;
    const glance = isStream
      ? setTimeout(() => {
          resolve(text);
          res.destroy();
        }, GLANCE_MS)
      : undefined;
    res.setEncoding('utf8');
    res.on('data', (chunk: string) => {
      if (text.length < 10_000) text += chunk;
    });
    res.once('end', () => {
      clearTimeout(glance);
      resolve(text);
    });
    res.once('error', reject);
  });
}
