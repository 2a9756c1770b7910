import { INITIALIZE, MODERN_META, openStream, type RawAnswer, send } from './raw.js';

/** What came back for one POST: its status, and the JSON-RPC messages wherever the era puts them. */
export interface Exchanged {
  readonly status: number;
  readonly messages: readonly RpcMessage[];
  /** What WWW-Authenticate says, where the answer has it. */
  readonly challenge?: string;
}

export interface RpcMessage {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A client below JSON-RPC: what it posts need not be a message. */
export interface RawPeer {
  /** A string goes over the wire as it is; an object becomes what the revision wants beside it, unless `bare`. */
  post(body: unknown, extra?: { headers?: Record<string, string>; bare?: boolean }): Promise<Exchanged>;
  close(): void;
}

export interface RawEra {
  readonly transport: 'HTTP+SSE' | 'Streamable HTTP' | 'stateless';
  readonly revision: string;
  open(origin: string, token: string): Promise<RawPeer>;
}

const MODERN = '2026-07-28';

// The tests look at what they expect, and fail on the rest.
const parse = (json: string) => JSON.parse(json) as RpcMessage;

function messagesIn(text: string): RpcMessage[] {
  if (text.startsWith('{')) return [parse(text)];
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => parse(json));
}

function exchanged({ status, headers, text }: RawAnswer): Exchanged {
  const challenge = headers.get('www-authenticate');
  return { status, messages: messagesIn(text), ...(challenge !== null && { challenge }) };
}

export const initialize = (revision: string) => ({
  ...INITIALIZE,
  params: { ...INITIALIZE.params, protocolVersion: revision },
});

const isRequest = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'id' in body && 'method' in body;

const overSse =
  (revision: string) =>
  async (origin: string, token: string): Promise<RawPeer> => {
    const stream = await openStream(`${origin}/mcp/sse`, token);
    const url = origin + (await stream.next()).data;
    const post: RawPeer['post'] = async (body, { headers = {} } = {}) => {
      const answer = await send(url, 'POST', token, { body, headers });
      const { status } = answer;
      if (status !== 202) return exchanged(answer);
      const accepted: unknown = typeof body === 'string' ? JSON.parse(body) : body;
      return { status, messages: isRequest(accepted) ? [parse((await stream.next()).data)] : [] };
    };
    await post(initialize(revision));
    return { post, close: () => stream.close() };
  };

const overStreamable =
  (revision: string) =>
  async (origin: string, token: string): Promise<RawPeer> => {
    const url = `${origin}/mcp`;
    const opened = await send(url, 'POST', token, { body: initialize(revision) });
    const session = opened.headers.get('mcp-session-id') ?? '';
    if (!opened.text.includes(revision)) throw new Error(`The server does not speak ${revision}`);
    const own = {
      'Mcp-Session-Id': session,
      // The header came with 2025-06-18.
      ...(revision > '2025-03-26' && { 'MCP-Protocol-Version': revision }),
    };
    const post: RawPeer['post'] = async (body, { headers = {} } = {}) => {
      return exchanged(await send(url, 'POST', token, { body, headers: { ...own, ...headers } }));
    };
    return { post, close: () => void send(url, 'DELETE', token, { headers: own }) };
  };

const overStateless = (origin: string, token: string): Promise<RawPeer> => {
  const post: RawPeer['post'] = async (body, { headers = {}, bare = false } = {}) => {
    const request = bare ? { body, headers: {} } : asModern(body);
    return exchanged(
      await send(`${origin}/mcp`, 'POST', token, {
        body: request.body,
        headers: { 'MCP-Protocol-Version': MODERN, ...request.headers, ...headers },
      }),
    );
  };
  return Promise.resolve({ post, close: () => undefined });
};

/** The envelope and the headers that 2026-07-28 wants beside a message, as far as it has a place for them. */
export function asModern(body: unknown): { body: unknown; headers: Record<string, string> } {
  if (typeof body !== 'object' || body === null || !('method' in body)) return { body, headers: {} };
  const { method, ...rest } = body;
  const params: unknown = 'params' in rest ? rest.params : {};
  if (typeof method !== 'string' || !/^[\x21-\x7e]+$/.test(method)) return { body, headers: {} };
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return { body, headers: {} };
  const meta: unknown = Reflect.get(params, '_meta');
  const name: unknown = 'name' in params ? params.name : undefined;
  return {
    body: { ...body, params: { ...params, _meta: { ...MODERN_META, ...(meta as object | undefined) } } },
    headers: { 'Mcp-Method': method, ...(typeof name === 'string' && { 'Mcp-Name': name }) },
  };
}

const LEGACY = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

/** Each revision on each transport that can carry it: a session negotiates its revision, whatever carries it. */
export const RAW_ERAS: readonly RawEra[] = [
  ...LEGACY.map((revision) => ({ transport: 'HTTP+SSE' as const, revision, open: overSse(revision) })),
  ...LEGACY.map((revision) => ({
    transport: 'Streamable HTTP' as const,
    revision,
    open: overStreamable(revision),
  })),
  { transport: 'stateless', revision: MODERN, open: overStateless },
];
