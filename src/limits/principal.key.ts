import { hash } from 'node:crypto';
import { ownerOf, type Principal } from '../mcp/index.js';

/** A principal as the counters know it: of one length, and telling nobody who reads Redis who it is. */
export const principalKey = (principal: Principal): string => digestOf(ownerOf(principal));

/** 128 bits of a hash: nobody finds a second text with the same. */
export const digestOf = (text: string): string => hash('sha256', text, 'buffer').toString('base64url', 0, 16);
