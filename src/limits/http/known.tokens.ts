import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../storage/index.js';
import { digestOf } from '../principal.key.js';

const MOST_TOKENS = 20_000;
const REMEMBERED_MS = 300_000;

/**
 * Tokens that have been accepted of late, as hashes. Who sends one is counted as a principal, and not by an address
 * that may be shared with everybody in the same office, or with all users of one hosted agent.
 */
@Injectable()
export class KnownTokens {
  private readonly tokens = new LRUCache<string, true>({
    ...atMost(MOST_TOKENS),
    ttl: REMEMBERED_MS,
    updateAgeOnGet: true,
  });

  has(req: Request): boolean {
    const key = keyOf(req);
    return key !== undefined && this.tokens.get(key) === true;
  }

  accept(req: Request): void {
    const key = keyOf(req);
    if (key !== undefined) this.tokens.set(key, true);
  }

  forget(req: Request): void {
    const key = keyOf(req);
    if (key !== undefined) this.tokens.delete(key);
  }
}

/** The whole field, unparsed: what the guard has accepted is what was sent. */
function keyOf({ headers: { authorization } }: Request): string | undefined {
  return authorization === undefined ? undefined : digestOf(authorization);
}
