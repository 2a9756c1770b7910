import { ownerOf, type Principal, userOf } from './principal.js';

/** How many of something may exist at once. */
export interface PrincipalCaps {
  /** Of one user through one client. */
  readonly maxPerPrincipal: number;
  /** Of one user through all clients. Absent: no cap of its own. */
  readonly maxPerUser?: number;
}

/** A cap that leaves no room. */
export interface ReachedCap {
  readonly limit: number;
  readonly holder: 'this user and client' | 'this user';
}

/**
 * Counts what each user has at once, through one client and through all of them: a user must not multiply a cap by
 * registering clients. Holds no key that has nothing.
 */
export class PrincipalSlots {
  private readonly byOwner = new Map<string, number>();
  private readonly byUser = new Map<string, number>();

  /** @returns undefined if there is room for one more */
  reachedCap(principal: Principal, caps: PrincipalCaps): ReachedCap | undefined {
    const { maxPerPrincipal, maxPerUser } = caps;
    if ((this.byOwner.get(ownerOf(principal)) ?? 0) >= maxPerPrincipal)
      return { limit: maxPerPrincipal, holder: 'this user and client' };
    if (maxPerUser !== undefined && (this.byUser.get(userOf(principal)) ?? 0) >= maxPerUser)
      return { limit: maxPerUser, holder: 'this user' };
    return undefined;
  }

  /** @returns gives the place back, however often it is called */
  take(principal: Principal): () => void {
    const owner = ownerOf(principal);
    const user = userOf(principal);
    add(this.byOwner, owner, 1);
    add(this.byUser, user, 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      add(this.byOwner, owner, -1);
      add(this.byUser, user, -1);
    };
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
