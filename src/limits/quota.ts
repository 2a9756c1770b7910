import type { ServerResponse } from 'node:http';

/** A limit as a client is told of it. */
export interface Quota {
  /** Names the limit in headers, in the log and in Redis. */
  readonly name: string;
  readonly limit: number;
  /** Absent: so many at once, whatever the time. */
  readonly windowSeconds?: number;
}

/** What is left of a quota. */
export interface Standing extends Quota {
  readonly remaining: number;
  /** When there is more again. */
  readonly resetSeconds: number;
  /** The request that was counted last went beyond the limit. */
  readonly exceeded: boolean;
}

/**
 * The header fields that tell a client where it stands.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/ sections 3 and 4
 */
export const quotaHeaders = (standing: Standing): Readonly<Record<string, string>> => ({
  'RateLimit-Policy': policyItem(standing),
  RateLimit: `"${standing.name}";r=${standing.remaining};t=${standing.resetSeconds}`,
});

/** Tells the client of this answer. */
export function setQuota(res: ServerResponse, standing: Standing): void {
  for (const [name, value] of Object.entries(quotaHeaders(standing))) res.setHeader(name, value);
}

const policyItem = ({ name, limit, windowSeconds }: Quota): string =>
  windowSeconds === undefined
    ? `"${name}";q=${limit};qu="concurrent-requests"`
    : `"${name}";q=${limit};w=${windowSeconds}`;
