import { type Answer, Connection, requestBytes } from './connection.js';
import { EventStream } from './event.stream.js';
import { headersOf, INITIALIZED, initializeMessage, messageOf, type Target } from './target.js';

/** One client that waits for each answer before it asks again. */
export interface Caller {
  /** @returns the bytes of the answer @throws when it is not the expected one */
  call(): Promise<number>;
  close(): void;
}

const pick = <T>(values: readonly T[], index: number): T => {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('Nothing to pick from');
  return value;
};

function checked(answer: Answer, expected: 200 | 202): number {
  if (answer.status !== expected || (expected === 200 && !answer.text.includes('"result":'))) {
    throw new Error(`Expected ${expected}, got:\n${answer.text.slice(0, 600)}`);
  }
  return answer.text.length;
}

/** Opens everything that a target's calls need: connections, and sessions where its era has them. */
export function openCallers(target: Target): Promise<Caller[]> {
  if (target.era === '2024-11-05') return openStreams(target);
  return Promise.all(Array.from({ length: target.connections }, (_, index) => openHttp(target, index)));
}

async function openHttp(target: Target, index: number): Promise<Caller> {
  const connection = await Connection.open(target.port);
  const requests = await requestsOf(target, index, connection);
  let next = 0;
  return {
    call: async () => checked(await connection.send(pick(requests, next++)), 200),
    close: () => connection.close(),
  };
}

/** What one connection sends in turns: its share of the tokens and sessions. */
async function requestsOf(target: Target, index: number, connection: Connection): Promise<Buffer[]> {
  const share = (count: number) => Math.max(1, Math.ceil((count - index) / target.connections));
  const isStateless = target.era === '2026-07-28';
  const requests: Buffer[] = [];
  for (let own = 0; own < share(isStateless ? target.tokens.length : target.sessions); own += 1) {
    const headers = headersOf(target, pick(target.tokens, index + own * target.connections));
    if (!isStateless) await openSession(target, headers, connection);
    requests.push(requestBytes('POST', target.path, headers, messageOf(target, own + 1)));
  }
  return requests;
}

/** Adds the session's header to those of its later requests. */
async function openSession(
  target: Target,
  headers: Record<string, string>,
  connection: Connection,
): Promise<void> {
  const opened = await connection.send(
    requestBytes('POST', target.path, headers, initializeMessage(target.era)),
  );
  checked(opened, 200);
  const id = /\r\nmcp-session-id: *([\x21-\x7e]+)/i.exec(opened.text)?.[1];
  if (id === undefined) throw new Error('initialize opened no session');
  headers['Mcp-Session-Id'] = id;
  headers['MCP-Protocol-Version'] = target.era;
  checked(await connection.send(requestBytes('POST', target.path, headers, INITIALIZED)), 202);
}

/** In HTTP+SSE each session has its stream; the connections for the messages are shared. */
async function openStreams(target: Target): Promise<Caller[]> {
  const callers: Caller[] = [];
  for (let index = 0; index < target.connections; index += 1) {
    const posts = await Connection.open(target.port);
    const own: Caller[] = [];
    for (
      let session = index;
      session < Math.max(target.sessions, target.connections);
      session += target.connections
    ) {
      own.push(await openStream(target, posts, session));
    }
    let next = 0;
    callers.push({
      call: () => pick(own, next++).call(),
      close: () => [...own, posts].forEach((one) => one.close()),
    });
  }
  return callers;
}

async function openStream(target: Target, posts: Connection, index: number): Promise<Caller> {
  const headers = headersOf(target, pick(target.tokens, index));
  const stream = await EventStream.open(target.port, requestBytes('GET', target.path, headers));
  const path = (await stream.next()).replace(/^https?:\/\/[^/]+/, '');
  const post = (message: object) => requestBytes('POST', path, headers, message);
  // The answer may come before the stream is asked for it.
  const ask = async (request: Buffer): Promise<number> => {
    const event = stream.next();
    checked(await posts.send(request), 202);
    const data = await event;
    if (!data.includes('"result":')) throw new Error(`Expected a result, got: ${data.slice(0, 600)}`);
    return data.length;
  };
  await ask(post(initializeMessage(target.era)));
  checked(await posts.send(post(INITIALIZED)), 202);
  const request = post(messageOf(target, 1));
  return { call: () => ask(request), close: () => stream.close() };
}
