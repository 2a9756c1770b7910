import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMost } from '../storage/index.js';

const MOST_ADDRESSES = 20_000;
const REMEMBERED_MS = 86_400_000;

/** Keys of addresses from which a verified caller has sent a request during the last day. */
@Injectable()
export class VerifiedAddresses {
  private readonly addresses = new LRUCache<string, true>({ ...atMost(MOST_ADDRESSES), ttl: REMEMBERED_MS });

  add(key: string): void {
    this.addresses.set(key, true);
  }

  has(key: string): boolean {
    return this.addresses.has(key);
  }
}
