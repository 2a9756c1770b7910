import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/index.js';
import { unboundTokensWarning } from './auth.warnings.js';

const BASE = { NODE_ENV: 'test', LOGTO_ENDPOINT: 'https://tenant.logto.app' };
const MACHINE = { LOGTO_MANAGEMENT_CLIENT_ID: 'm', LOGTO_MANAGEMENT_CLIENT_SECRET: 's' };
const warningFor = (environment: Record<string, string>) =>
  unboundTokensWarning(readConfig({ ...BASE, ...environment }));

describe('unboundTokensWarning', () => {
  it('warns that opaque tokens are accepted without a look at their client, and says how to change it', () => {
    expect(warningFor({})).toEqual({
      event: 'auth.unbound_tokens',
      message:
        'Opaque access tokens are accepted from every app of the Logto tenant, and all agents of one user share their sessions and tasks',
      cure: 'Set AUTH_TOKEN_MODE=jwt, or AUTH_ALLOWED_CLIENTS, LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET',
    });
  });

  it('says that the agents of one user share their sessions only where no client is known', () => {
    expect(warningFor({})?.message).toContain('share their sessions');
    expect(warningFor(MACHINE)?.message).not.toContain('share');
  });

  it('names only what is missing', () => {
    expect(warningFor(MACHINE)?.cure).toBe('Set AUTH_TOKEN_MODE=jwt, or AUTH_ALLOWED_CLIENTS');
  });

  it('is silent when no opaque token is accepted, or only those of listed clients', () => {
    expect(warningFor({ AUTH_TOKEN_MODE: 'jwt' })).toBeUndefined();
    expect(warningFor({ ...MACHINE, AUTH_ALLOWED_CLIENTS: 'agent' })).toBeUndefined();
  });
});
