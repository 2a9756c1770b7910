import { describe, expect, it } from 'vitest';
import type { LogtoGrant } from '../clients/management.schema.js';
import { grantedScopes } from './grant.policy.js';

const grant = (
  iat: number,
  scope: string | undefined,
  more: Partial<LogtoGrant['payload']> = {},
): LogtoGrant => ({
  id: `grant${iat}${scope}`,
  payload: { iat, clientId: 'app', ...(scope !== undefined && { openid: { scope } }), ...more },
});

const FULL = 'openid profile email';

describe('the grant that counts', () => {
  it.each<readonly [string, readonly LogtoGrant[], string]>([
    ['is the only one', [grant(10, FULL)], FULL],
    ['may be of the very second of the token', [grant(100, FULL)], FULL],
    [
      'is the newest of many, however they are ordered',
      [grant(30, 'openid email'), grant(50, FULL), grant(40, 'openid')],
      FULL,
    ],
    ['is a later and narrower one', [grant(10, FULL), grant(20, 'openid')], 'openid'],
    ['is never the union', [grant(10, 'openid profile'), grant(20, 'openid email')], 'openid email'],
    ['is not one made after the token', [grant(10, 'openid'), grant(101, FULL)], 'openid'],
    ['is none when all were made after the token', [grant(101, FULL)], ''],
    ["is not another client's", [grant(10, 'openid'), grant(20, FULL, { clientId: 'other' })], 'openid'],
    ['is none when there are none', [], ''],
    ['is the newest even if it has no identity scopes', [grant(10, FULL), grant(20, undefined)], ''],
    ['is the narrower of two of one second', [grant(10, FULL), grant(10, 'openid')], 'openid'],
    [
      'does not contain what was taken off it',
      [grant(10, FULL, { rejected: { openid: { scope: 'email' } } })],
      'openid profile',
    ],
  ])('%s', (_case, grants, expected) => {
    const scopes = grantedScopes(grants, { clientId: 'app', issuedAt: 100 });
    expect([...scopes].join(' ')).toBe(expected);
  });
});
