import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** A registration access token, RFC 7592 section 3: 256 bits that only the client ever has. */
export const newAccessToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of it. */
export const hashOf = (token: string): string => digest(token).toString('base64url');

/** Takes the same time whatever the tokens have in common; a hash that is missing fits no token. */
export function fitsHash(token: string, hash: string | undefined): boolean {
  const known = Buffer.from(hash ?? hashOf(''), 'base64url');
  const given = digest(token);
  return known.length === given.length && timingSafeEqual(known, given) && hash !== undefined;
}
