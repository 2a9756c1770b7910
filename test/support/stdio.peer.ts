import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { StdioConnection, StdioTransport } from '../../src/mcp/index.js';
import { asModern, initialize, type RpcMessage } from './raw.peers.js';

/** A client at the other end of two pipes. */
export interface StdioPeer {
  readonly connection: StdioConnection;
  /** Sends a message, in the form of its revision, and waits for the answer to it if there will be one. */
  post(message: object): Promise<RpcMessage | undefined>;
  /** Waits for the next message that is no answer. */
  next(): Promise<RpcMessage>;
  /** The client goes away. */
  leave(): void;
}

/** Connects a client of any revision to the server behind `transport`, in this process. */
export async function stdioPeer(
  transport: StdioTransport,
  auth: AuthInfo,
  revision: string,
): Promise<StdioPeer> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const connection = transport.serve(auth, { stdin, stdout });
  const inbox: RpcMessage[] = [];
  stdout.setEncoding('utf8');
  let rest = '';
  stdout.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    // The tests look at what they expect, and fail on the rest.
    inbox.push(...lines.map((line) => JSON.parse(line) as RpcMessage));
    stdout.emit('message');
  });
  const take = async (wanted: (message: RpcMessage) => boolean): Promise<RpcMessage> => {
    const signal = AbortSignal.timeout(5_000);
    for (;;) {
      const index = inbox.findIndex(wanted);
      const [found] = index === -1 ? [] : inbox.splice(index, 1);
      if (found !== undefined) return found;
      await once(stdout, 'message', { signal });
    }
  };
  const modern = revision >= '2026-07-28';
  const post: StdioPeer['post'] = async (message) => {
    stdin.write(`${JSON.stringify(modern ? asModern(message).body : message)}\n`);
    return 'id' in message ? take(({ id }) => id === message.id) : undefined;
  };
  if (!modern) await post(initialize(revision));
  return {
    connection,
    post,
    next: () => take((message) => message.method !== undefined),
    leave: () => stdin.end(),
  };
}
