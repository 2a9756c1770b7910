import { z } from 'zod';
import { whole } from './env.values.js';

const notRedis = 'must be redis://host or rediss://host, with credentials, port and database where needed';

const redisUrl = z.string().refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return false;
  // The client decodes both at the start, and would end it with an error that names no variable.
  if (![url.username, url.password].every(isPercentEncoded)) return false;
  return /^(?:\/\d{0,3})?$/.test(url.pathname) && url.hash === '';
}, notRedis);

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // A URIError: a percent sign that begins no byte of UTF-8.
    return false;
  }
}

/** Where nodes keep what they share. */
export const redisVariables = {
  REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis that the nodes share, e.g. rediss://user:password@redis.example.com:6380/0. In production TLS, unless the host is on a private network. Absent: every node counts for itself.',
    ),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "-", "." or ":"')
    .default('mcp:')
    .describe('Begins every key in Redis, so that one Redis can serve several servers.'),
};

/** How much anybody may ask for. None can be switched off: a limit that is in the way is raised. */
export const limitVariables = {
  LIMIT_REQUESTS_PER_ADDRESS: whole(1, 1_000_000)
    .default(300)
    .describe('Requests a minute from one address (IPv6: one /64) without a token that is accepted.'),
  LIMIT_FAILURES_PER_ADDRESS: whole(1, 1_000_000)
    .default(30)
    .describe(
      'Refused tokens a minute from one address. Beyond it, its unknown tokens are checked one after the other.',
    ),
  LIMIT_REQUESTS_PER_PRINCIPAL: whole(1, 1_000_000)
    .default(600)
    .describe('Requests a minute of one user through one client.'),
  LIMIT_CALLS_PER_PRINCIPAL: whole(1, 10_000)
    .default(8)
    .describe('Calls of one user through one client that run at once, on each node.'),
  LIMIT_STREAMS_PER_PRINCIPAL: whole(1, 10_000)
    .default(20)
    .describe('Streams of one user through one client that stand open at once, on each node.'),
  LIMIT_USER_FACTOR: whole(1, 1000)
    .default(3)
    .describe(
      'What one user may have through all clients together, as a multiple of each limit that is for one user through one client: requests, calls, streams, requests in flight, sessions, subscriptions, tasks.',
    ),
  LIMIT_IN_FLIGHT: whole(1, 1_000_000)
    .default(1000)
    .describe(
      'Requests of verified callers that one node answers at once, streams not counted. Beyond it: 503. Requests of callers that are not verified yet have places of their own, few for each address.',
    ),
  LIMIT_IN_FLIGHT_PER_PRINCIPAL: whole(1, 1_000_000)
    .default(32)
    .describe('Of these, how many may be of one user through one client. Beyond it: 429.'),
};
