import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Config } from '../config/index.js';
import { MAX_HEADERS } from './header.policy.js';

/** Longer than load balancers keep an idle connection (60 s), so that theirs is the side that closes it. */
const KEEP_ALIVE_MS = 65_000;
const HEADER_BYTES = 16_384;
const CHECK_MS = 5_000;
/** Files for everything that is not a client: Logto, Redis, logs, the next start's listening socket. */
const RESERVED_FILES = 512;

/** Node's server, with a bound on everything that a client can make it wait for or keep. */
export function createLimitedServer(
  http: Config['http'],
  listener: RequestListener,
  messages: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> = {},
): Server {
  const requestMs = http.requestTimeoutSeconds * 1000;
  const headersMs = Math.min(http.headersTimeoutSeconds * 1000, requestMs);
  const server = createServer(
    {
      ...messages,
      headersTimeout: headersMs,
      // Ends when the body is in: neither a slow tool nor a stream is cut.
      requestTimeout: requestMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(CHECK_MS, Math.floor(headersMs / 3)),
      maxHeaderSize: HEADER_BYTES,
      requireHostHeader: true,
    },
    listener,
  );
  server.maxHeadersCount = MAX_HEADERS;
  const most = http.maxConnections ?? connectionsWithin(openFilesLimit());
  if (most !== undefined) server.maxConnections = most;
  return server;
}

/** How many clients a limit of open files leaves room for; a small limit is shared one to three. */
export const connectionsWithin = (files: number | undefined): number | undefined =>
  files === undefined ? undefined : files - Math.min(RESERVED_FILES, Math.ceil(files / 4));

/** The soft limit, where the kernel tells it. Read, because Node raises what the shell has set. */
function openFilesLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // Not Linux: the operator says how many, or nobody does.
    return undefined;
  }
}
