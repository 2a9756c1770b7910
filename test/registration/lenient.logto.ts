import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { discoveryDocument } from '../../src/logto/testing/logto.double.js';

export const MANAGEMENT_TOKEN = 'management-token-that-nobody-may-see';

/** One call of the Management API as it arrived. */
export interface SeenCall {
  /** `POST /api/applications` */
  readonly call: string;
  readonly body: unknown;
}

export type Answer = 'hang' | 'html' | { readonly status: number; readonly body?: unknown };

/** A Management API that takes everything it is given. What does not reach it, the bridge alone has refused. */
export interface LenientLogto {
  readonly origin: string;
  readonly seen: SeenCall[];
  /** From now on calls that begin so are answered so. The id of an app is written `:id`. */
  answer(call: string, answer: Answer): void;
  /** Takes everything again. */
  reset(): void;
  close(): Promise<void>;
}

export async function startLenientLogto(): Promise<LenientLogto> {
  const seen: SeenCall[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((req, res) => void handle(req, res, seen, answers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server),
    seen,
    answer: (call, answer) => void answers.set(call, answer),
    reset: () => {
      answers.clear();
      seen.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

// A listening TCP server has an AddressInfo.
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  seen: SeenCall[],
  answers: ReadonlyMap<string, Answer>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const path = (req.url ?? '').split('?')[0] ?? '';
  const call = `${req.method} ${path.replace(/^(\/api\/applications\/)[^/]+/, '$1:id')}`;
  const body: unknown = path.startsWith('/api/') && text !== '' ? JSON.parse(text) : undefined;
  if (path.startsWith('/api/')) seen.push({ call, body });
  const answer = answers.get(call) ?? { status: 200, body: usual(call, body, `http://${req.headers.host}`) };
  if (answer === 'hang') return;
  const isPage = answer === 'html';
  res.writeHead(isPage ? 200 : answer.status, {
    'content-type': isPage ? 'text/html' : 'application/json; charset=utf-8',
  });
  res.end(isPage ? '<h1>Maintenance</h1>' : JSON.stringify(answer.body ?? {}));
}

let made = 0;

function usual(call: string, body: unknown, origin: string): unknown {
  if (call.endsWith('openid-configuration')) return discoveryDocument(origin);
  if (call.endsWith('/oidc/jwks')) return { keys: [] };
  if (call.endsWith('/oidc/token')) return { access_token: MANAGEMENT_TOKEN, expires_in: 3600 };
  if (call === 'GET /api/resources') return [];
  if (call.endsWith('/secrets')) return [{ value: 'secret-of-the-app', expiresAt: null }];
  if (call !== 'POST /api/applications') return {};
  made += 1;
  return { ...Object(body), id: `app${made}`, createdAt: Date.now() };
}
