import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigModule, type Environment } from '../../config/index.js';
import { LogtoUnavailableError, TokenRejectedError } from '../../logto/index.js';
import { LogKeeper } from '../testing/app.fixture.js';
import { configFor, WITH_CREDENTIALS } from '../testing/config.fixture.js';
import { LogtoFixture } from '../testing/logto.fixture.js';
import { ClaimsModule } from './claims.module.js';
import { type ClaimsSubject, UserClaims } from './user.claims.js';

const IAT = 1_795_000_000;
/** Megabytes take their time on a busy machine. */
const PATIENT = { ...WITH_CREDENTIALS, LOGTO_TIMEOUT_MS: '10000' };

let logto: LogtoFixture;
let running: { close(): Promise<void> } | undefined;

beforeEach(async () => {
  logto = await LogtoFixture.start();
  logto.management.set('/api/users/alice', user());
  logto.management.set('/api/users/alice/grants', grants('openid email'));
});
afterEach(async () => {
  await running?.close();
  await logto.stop();
});

const user = (changes = {}) => ({
  id: 'alice',
  username: 'alice',
  primaryEmail: 'alice@example.com',
  name: 'Alice',
  isSuspended: false,
  ...changes,
});

const grants = (scope: string) => ({
  grants: [{ id: 'g', payload: { iat: IAT - 5, clientId: 'agent', openid: { scope } } }],
});

async function userClaims(environment: Environment = {}): Promise<UserClaims> {
  const module = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(configFor(logto, environment)), ClaimsModule],
  })
    .setLogger(new LogKeeper())
    .compile();
  running = await module.init();
  return module.get(UserClaims);
}

function principal(claims: Record<string, unknown>): ClaimsSubject {
  return { issuer: logto.issuer, subject: 'alice', clientId: 'agent', claims };
}

const jwt = (extra = {}) =>
  principal({
    iss: logto.issuer,
    aud: 'http://localhost:3000/mcp',
    sub: 'alice',
    client_id: 'agent',
    scope: 'a',
    exp: IAT + 600,
    iat: IAT,
    jti: 'j-1',
    ...extra,
  });

describe('UserClaims', () => {
  it('of an opaque token are what userinfo answered', async () => {
    const claims = { sub: 'alice', name: null };
    expect(await (await userClaims()).of(principal(claims))).toEqual({ claims });
  });

  it('of a JWT are what the user granted this client, and no claims about the token', async () => {
    const users = await userClaims(WITH_CREDENTIALS);
    expect(await users.of(jwt())).toEqual({
      claims: { sub: 'alice', email: 'alice@example.com', email_verified: true },
    });
  });

  it('of a JWT include the custom claims of the token', async () => {
    const users = await userClaims(WITH_CREDENTIALS);
    expect(await users.of(jwt({ team: 'blue' }))).toMatchObject({ claims: { sub: 'alice', team: 'blue' } });
  });

  it('of a JWT whose user granted no more than openid are sub alone', async () => {
    logto.management.set('/api/users/alice/grants', grants('openid'));
    expect(await (await userClaims(WITH_CREDENTIALS)).of(jwt())).toEqual({ claims: { sub: 'alice' } });
  });

  it('of a JWT, without credentials, are those of the token but jti, and what is missing is said', async () => {
    expect(await (await userClaims()).of(jwt({ team: 'blue', email: 'a@example.com' }))).toEqual({
      claims: {
        iss: logto.issuer,
        aud: 'http://localhost:3000/mcp',
        sub: 'alice',
        client_id: 'agent',
        scope: 'a',
        exp: IAT + 600,
        iat: IAT,
        team: 'blue',
        email: 'a@example.com',
      },
      unavailable: {
        claims: [
          'name',
          'username',
          'preferred_username',
          'picture',
          'updated_at',
          'created_at',
          'email_verified',
        ],
        reason:
          'A JWT access token carries no profile, and Logto answers about its user only to a trusted server.',
        cure: 'Set LOGTO_MANAGEMENT_CLIENT_ID and LOGTO_MANAGEMENT_CLIENT_SECRET on this server, or add the claims to the token with custom token claims in Logto.',
      },
    });
  });

  it('miss nothing when the token already has all that is asked for', async () => {
    const users = await userClaims({ AUTH_SCOPES: 'openid email' });
    const answer = await users.of(jwt({ email: 'a@example.com', email_verified: true }));
    expect(answer).not.toHaveProperty('unavailable');
  });

  it('of a JWT without iat are those of the token, because the grants cannot be told apart', async () => {
    const answer = await (await userClaims(WITH_CREDENTIALS)).of(jwt({ iat: undefined }));
    expect(answer.claims).not.toHaveProperty('email');
    expect(answer.unavailable?.claims).toContain('email');
  });

  it('of a suspended user are refused', async () => {
    logto.management.set('/api/users/alice', user({ isSuspended: true }));
    const users = await userClaims(WITH_CREDENTIALS);
    await expect(users.of(jwt())).rejects.toBeInstanceOf(TokenRejectedError);
  });

  const piled = (count: number) => ({
    grants: Array.from({ length: count }, (_, at) => ({
      id: `grant-${at}`,
      payload: {
        iat: IAT - 5 - at,
        clientId: at === 0 ? 'agent' : 'other',
        openid: { scope: 'openid email' },
      },
      application: { id: 'other', name: 'x'.repeat(400) },
    })),
  });

  it('of a JWT are told when its user has thousands of grants', async () => {
    logto.management.set('/api/users/alice/grants', piled(2_500));
    const users = await userClaims(PATIENT);
    expect(await users.of(jwt())).toMatchObject({ claims: { email: 'alice@example.com' } });
  });

  it('of a JWT are those of the token when its user has more grants than we read, and the cure is said', async () => {
    logto.management.set('/api/users/alice/grants', piled(6_000));
    const { claims, unavailable } = await (await userClaims(PATIENT)).of(jwt());
    expect(claims).toMatchObject({ sub: 'alice' });
    expect(claims).not.toHaveProperty('email');
    expect(unavailable).toEqual({
      claims: expect.arrayContaining(['name', 'email']),
      reason: 'What Logto has to say of this user, grants above all, is more than this server reads.',
      cure: "Delete grants of the user that are no longer needed, in Logto, or limit them with the app's maxAllowedGrants.",
    });
  });

  it('of a JWT cannot be told while Logto is dead', async () => {
    const users = await userClaims(WITH_CREDENTIALS);
    logto.mood = 'dead';
    await expect(users.of(jwt())).rejects.toBeInstanceOf(LogtoUnavailableError);
  });
});
