import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERAS } from '../support/clients.js';
import { TestAgent } from '../support/oauth.js';
import { type Stack, startStack } from '../support/stack.js';

const ALICE = {
  sub: 'alice0000001',
  username: 'alice',
  name: 'Alice Example',
  email: 'alice@example.com',
  email_verified: true,
};

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe.each(ERAS)('an agent that speaks $era', ({ attempt, path }) => {
  describe.each([
    ['sends resource and gets a JWT', true],
    ['sends no resource and gets an opaque token', false],
  ])('and %s', (_kind, sendsResource) => {
    it('is led from the 401 to Logto, comes back with a token and reads who the user is', async () => {
      const agent = new TestAgent('smartmail-ai', 'openid profile email', sendsResource);
      const first = attempt(stack.origin, { authProvider: agent });
      await expect(first.connect()).rejects.toThrow(/unauthorized/i);

      const asked = agent.authorizationUrl;
      expect(asked?.origin).toBe(stack.tenant.endpoint);
      expect(asked?.searchParams.get('resource')).toBe(sendsResource ? stack.origin + path : null);
      const redirect = await agent.letUserSignIn('alice');
      expect(agent.pages.map(({ kind }) => kind)).toEqual(['sign-in', 'consent']);
      expect(redirect.get('iss')).toBe(stack.tenant.issuer);
      await first.finishAuth(redirect);

      const token = agent.tokens()?.access_token ?? '';
      expect(token.split('.').length).toBe(sendsResource ? 3 : 1);
      const client = await attempt(stack.origin, { authProvider: agent }).connect();
      const whoami = await client.callTool('whoami');
      await client.close();
      expect(whoami).toMatchObject({ isError: false, structured: ALICE });
      expect(JSON.parse(whoami.text)).toEqual(whoami.structured);
      expect(JSON.stringify(whoami)).not.toContain(token);
    });
  });

  it("of the operator's own asks for no consent", async () => {
    const agent = new TestAgent('first-party-app', 'openid profile email', true);
    const first = attempt(stack.origin, { authProvider: agent });
    await expect(first.connect()).rejects.toThrow(/unauthorized/i);
    const redirect = await agent.letUserSignIn('bob');
    expect(agent.pages.map(({ kind }) => kind)).toEqual(['sign-in']);
    await first.finishAuth(redirect);
    const client = await attempt(stack.origin, { authProvider: agent }).connect();
    expect((await client.callTool('whoami')).structured).toMatchObject({
      sub: 'bob000000001',
      username: 'bob',
      name: null,
      email: null,
    });
    await client.close();
  });
});
