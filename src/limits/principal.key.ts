import { hash } from 'node:crypto';
import { ownerOf, type Principal, userOf } from '../mcp/index.js';

const keys = new WeakMap<Principal, string>();

/** A principal as the counters know it: of one length, and telling nobody who reads Redis who it is. */
export function principalKey(principal: Principal): string {
  const known = keys.get(principal);
  if (known !== undefined) return known;
  const key = digestOf(ownerOf(principal));
  keys.set(principal, key);
  return key;
}

const userKeys = new WeakMap<Principal, string>();

/** A user, through whatever client, as the counters know it. */
export function userKey(principal: Principal): string {
  const known = userKeys.get(principal);
  if (known !== undefined) return known;
  const key = digestOf(userOf(principal));
  userKeys.set(principal, key);
  return key;
}

/** 132 bits of a hash: nobody finds a second text with the same. */
export const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);
