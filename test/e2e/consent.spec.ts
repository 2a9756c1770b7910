import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEV_USERS, type DevUser } from '../../src/dev-tenant/index.js';
import { ERAS } from '../support/clients.js';
import { accessToken, type Grant } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';

/** Grants are dated in seconds, so tests that grant differently in one second need users of their own. */
const USERS: readonly DevUser[] = Array.from({ length: 100 }, (_, n) => ({
  ...DEV_USERS[0],
  id: `user${n}`,
  username: `user${n}`,
  password: `user${n}-password`,
  name: 'Alice Example',
  primaryEmail: 'alice@example.com',
}));

let stack: Stack;
let users = 0;

beforeAll(async () => {
  stack = await startStack({ tenant: { users: [...DEV_USERS, ...USERS] } });
});
afterAll(() => stack.close());

const nextUser = () => `user${users++}`;
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));

describe.each(ERAS)('whoami in $era', ({ connect, path }) => {
  describe.each([
    ['a JWT', { resource: path }],
    ['an opaque token', {}],
  ])('with %s', (_kind, target: Grant) => {
    const whoami = async (grant: Grant) => {
      const client = await connect(stack.origin, await accessToken(stack, { ...target, ...grant }));
      const { structured } = await client.callTool('whoami');
      await client.close();
      return structured;
    };

    it('tells sub alone when openid alone was granted', async () => {
      const user = nextUser();
      expect(await whoami({ user, scope: 'openid' })).toEqual({ sub: user });
    });

    it('tells email only when email was granted', async () => {
      const user = nextUser();
      expect(await whoami({ user, scope: 'openid email' })).toEqual({
        sub: user,
        email: 'alice@example.com',
        email_verified: true,
      });
    });

    it('tells name and username, and no email, when profile was granted', async () => {
      const user = nextUser();
      const claims = await whoami({ user, scope: 'openid profile' });
      expect(claims).toMatchObject({ sub: user, name: 'Alice Example', username: user });
      expect(claims).not.toHaveProperty('email');
    });

    it('obeys a later, narrower consent', async () => {
      const user = nextUser();
      expect(await whoami({ user, scope: 'openid profile email' })).toHaveProperty('email');
      await nextSecond();
      expect(await whoami({ user, scope: 'openid' })).toEqual({ sub: user });
    });
  });
});

it('answers the same for a JWT and an opaque token of the same consent', async () => {
  const [overSse, , streamable] = ERAS;
  if (overSse === undefined || streamable === undefined) throw new Error('no eras');
  const answers = await Promise.all([
    accessToken(stack, {}).then((token) => streamable.connect(stack.origin, token)),
    accessToken(stack, { resource: '/mcp' }).then((token) => streamable.connect(stack.origin, token)),
    accessToken(stack, { resource: '/mcp/sse' }).then((token) => overSse.connect(stack.origin, token)),
  ]).then((clients) => Promise.all(clients.map((client) => client.callTool('whoami'))));
  const [opaque, jwt, sse] = answers.map(({ structured }) => structured);
  expect(jwt).toEqual(opaque);
  expect(sse).toEqual(opaque);
});

describe('without credentials for the Management API', () => {
  let bare: Stack;
  beforeAll(async () => {
    bare = await startStack({ noManagement: true });
  });
  afterAll(() => bare.close());

  it.each(ERAS)(
    'whoami tells a JWT caller of $era what is missing, and how to get it',
    async ({ connect, path }) => {
      const client = await connect(bare.origin, await accessToken(bare, { resource: path }));
      const { structured, text } = await client.callTool('whoami');
      await client.close();
      expect(structured).toMatchObject({
        sub: 'alice0000001',
        client_id: 'smartmail-ai',
        unavailable: {
          claims: expect.arrayContaining(['name', 'username', 'email']),
          cure: expect.stringContaining('LOGTO_MANAGEMENT_CLIENT_ID'),
        },
      });
      expect(structured).not.toHaveProperty('jti');
      expect(structured).not.toHaveProperty('email');
      expect(text).toContain('LOGTO_MANAGEMENT_CLIENT_ID');
    },
  );

  it('whoami still answers an opaque token from userinfo', async () => {
    const [era] = ERAS;
    const client = await era?.connect(bare.origin, await accessToken(bare, { scope: 'openid email' }));
    expect((await client?.callTool('whoami'))?.structured).toMatchObject({ email: 'alice@example.com' });
    await client?.close();
  });
});
