import { Redis } from 'ioredis';
import type { RedisConfig } from '../config/index.js';

/** Redis answers within a millisecond. Who asks it does so while somebody waits for an answer to a request. */
const PATIENCE_MS = 500;
/** Shorter, so that whoever asks next finds the connection closed. */
const SILENCE_MS = 400;
const CONNECT_TIMEOUT_MS = 2_000;
/** With the time to connect, this keeps a Redis that is back from being unused for longer than five seconds. */
const LONGEST_PAUSE_MS = 2_000;

/** @param onRefusal hears of commands that Redis has answered with an error */
export type RedisClientFactory = (onRefusal: (code: string) => void) => Redis;

/**
 * A client that fails early and comes back by itself: it neither waits for a connection nor queues what cannot be
 * sent, and gives up on an answer after half a second. Not connected yet.
 * @param onRefusal hears of commands that Redis has answered with an error
 */
export function redisClient({ url, prefix }: RedisConfig, onRefusal: (code: string) => void): Redis {
  return new Redis(url, {
    keyPrefix: prefix,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: PATIENCE_MS,
    // A peer that is silent but connected (stopped, or behind a cut cable) is left, so that only the first to ask it
    // has to wait.
    socketTimeout: SILENCE_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS),
    reconnectOnError: ({ message }) => {
      const [code = ''] = message.split(' ', 1);
      // How ioredis learns that it has to send a script in full.
      if (code !== 'NOSCRIPT') onRefusal(code);
      // The primary has become a replica: the name leads to another one by now.
      return code === 'READONLY';
    },
  });
}
