import { describe, expect, it } from 'vitest';
import type { Principal } from './principal.js';
import { PrincipalSlots } from './principal.slots.js';

const principal = (subject: string, clientId: string): Principal => ({
  issuer: 'https://issuer.example',
  subject,
  clientId,
  scopes: [],
  claims: {},
});
const CAPS = { maxPerPrincipal: 2, maxPerUser: 3 };

describe('the slots of a user', () => {
  it('are capped for each client and for all clients together', () => {
    const slots = new PrincipalSlots();
    const [one, two] = [principal('alice', 'one'), principal('alice', 'two')];
    slots.take(one);
    const leave = slots.take(one);
    expect(slots.reachedCap(one, CAPS)).toEqual({ limit: 2, holder: 'this user and client' });
    slots.take(two);
    expect(slots.reachedCap(two, CAPS)).toEqual({ limit: 3, holder: 'this user' });
    expect(slots.reachedCap(principal('bob', 'one'), CAPS)).toBeUndefined();
    leave();
    leave();
    expect(slots.reachedCap(one, CAPS)).toBeUndefined();
    expect(slots.reachedCap(two, CAPS)).toBeUndefined();
  });

  it('have no cap over all clients unless there is one', () => {
    const slots = new PrincipalSlots();
    for (let n = 0; n < 50; n += 1) slots.take(principal('alice', `client${n}`));
    expect(slots.reachedCap(principal('alice', 'another'), { maxPerPrincipal: 2 })).toBeUndefined();
  });
});
