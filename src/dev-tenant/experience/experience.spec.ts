import { describe, expect, it } from 'vitest';
import { authorizationUrl, authorize, obtainTokens, redeem } from '../scripted.app.js';
import { CookieJar } from '../scripted/cookie.jar.js';
import { readPage } from '../scripted/page.reader.js';
import { signIn } from '../scripted.user.js';
import { management, managementClient, MCP, me, spa, tenantOf } from '../testing/tenant.fixture.js';

const alice = { username: 'alice', password: 'alice-password', decision: 'authorize' } as const;

const verifier = 'v'.repeat(43);

/** A browser on the sign-in page of a fresh authorization, with redirects left to the test. */
async function browser(url: string) {
  const jar = new CookieJar();
  const open = async (target: string, form?: Record<string, string>) => {
    const to = new URL(target);
    const body = form && new URLSearchParams(form);
    const init = {
      redirect: 'manual',
      headers: { cookie: jar.header(to) },
      ...(body && { method: 'POST', body }),
    };
    // True because the literal above spells a RequestInit; only `redirect` widened to string.
    const response = await fetch(to, init as RequestInit);
    jar.store(response);
    return response;
  };
  const response = await open(url);
  return { open, location: new URL(response.headers.get('location') ?? '', url) };
}

describe('a third-party app', () => {
  it('shows a sign-in page and then a consent page that lists what it asked for', async () => {
    const { issuer } = await tenantOf({ resources: [{ indicator: MCP, scopes: ['mcp:read', 'mcp:write'] }] });
    const url = authorizationUrl(issuer, { resource: MCP, scope: 'openid email mcp:read' }, verifier);
    const { pages, redirect } = await signIn(url, alice);
    expect(pages).toEqual([
      { kind: 'sign-in', title: 'Sign in' },
      { kind: 'consent', title: 'Authorize SmartMail AI', scopes: ['email', 'mcp:read'] },
    ]);
    expect(redirect).toMatch(/^http:\/\/127\.0\.0\.1:49152\/callback\?code=/);
  });

  it('lists nothing when it asked for openid alone', async () => {
    const { issuer } = await tenantOf();
    const { pages } = await authorize(issuer, { scope: 'openid' });
    expect(pages[1]).toEqual({ kind: 'consent', title: 'Authorize SmartMail AI', scopes: [] });
  });

  it('learns nothing when the person presses Cancel: the bare redirect URI', async () => {
    const { issuer } = await tenantOf();
    const { redirect, pages } = await authorize(issuer, { user: { decision: 'cancel' } });
    expect(pages.map(({ kind }) => kind)).toEqual(['sign-in', 'consent']);
    expect(redirect).toBe('http://127.0.0.1:49152/callback');
  });
});

describe('a first-party app', () => {
  it('shows no consent page', async () => {
    const { issuer } = await tenantOf();
    const { pages, answer } = await authorize(issuer, { clientId: 'first-party-app' });
    expect(pages).toEqual([{ kind: 'sign-in', title: 'Sign in' }]);
    expect(answer.has('code')).toBe(true);
  });

  it('is not limited to a list of user scopes', async () => {
    const { issuer } = await tenantOf();
    const tokens = await obtainTokens(issuer, {
      clientId: 'first-party-app',
      scope: 'openid phone custom_data',
    });
    expect(await (await me(issuer, tokens.access_token)).json()).toEqual({
      sub: 'alice0000001',
      phone_number: null,
      phone_number_verified: false,
      custom_data: {},
    });
  });
});

describe('a second authorization in the same browser', () => {
  const again = async (clientId: string, redirectUri: string) => {
    const { issuer } = await tenantOf({ applications: [spa, { ...spa, id: 'native', type: 'Native' }] });
    const url = authorizationUrl(issuer, { clientId, redirectUri, scope: 'openid profile' }, verifier);
    const { open, location } = await browser(url);
    const follow = async (response: Response): Promise<string> => {
      const target = new URL(response.headers.get('location') ?? '', url);
      return target.port === '8765' ? 'callback' : settle(await open(target.href));
    };
    const settle = async (response: Response): Promise<string> =>
      response.status === 303 ? follow(response) : readPage(await response.text()).kind;
    const page = readPage(await (await open(location.href)).text());
    const interaction = page.hidden.get('interaction') ?? '';
    const credentials = { interaction, username: 'alice', password: 'alice-password' };
    const asked = await follow(await open(new URL('/sign-in', url).href, credentials));
    const consent = readPage(await (await open(new URL('/consent', url).href)).text());
    const decision = { interaction: consent.hidden.get('interaction') ?? '', decision: 'authorize' };
    const answered = await follow(await open(new URL('/consent', url).href, decision));
    return [asked, answered, await settle(await open(url))];
  };

  it('goes straight through for a SPA and asks again for a Native app', async () => {
    const redirectUri = 'http://127.0.0.1:8765/callback';
    expect(await again('web-agent', redirectUri)).toEqual(['consent', 'callback', 'callback']);
    expect(await again('native', redirectUri)).toEqual(['consent', 'callback', 'consent']);
  });
});

describe('the pages', () => {
  const open = async (request = {}) => {
    const tenant = await tenantOf({
      management,
      applications: [{ ...spa, name: '<b>"Evil" & Co</b>', userScopes: ['profile', 'email'] }],
    });
    const app = { clientId: spa.id, redirectUri: 'http://127.0.0.1:8765/callback', scope: 'openid profile' };
    const url = authorizationUrl(tenant.issuer, { ...app, ...request }, verifier);
    return { tenant, url, ...(await browser(url)) };
  };

  it('live under the paths that Logto uses', async () => {
    const { location, tenant } = await open();
    expect(location.href).toBe(`${tenant.endpoint}/sign-in?app_id=web-agent`);
  });

  it('escape what an app calls itself', async () => {
    const visit = await open();
    const html = await (await visit.open(visit.location.href)).text();
    expect(html).toContain('&lt;b&gt;&quot;Evil&quot; &amp; Co&lt;/b&gt;');
    expect(html).not.toContain('<b>');
    const { pages } = await signIn(visit.url, alice);
    expect(pages[1]?.title).toBe('Authorize <b>"Evil" & Co</b>');
  });

  it('allow no script, no frame and no cache', async () => {
    const visit = await open();
    const response = await visit.open(visit.location.href);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/<script|\son\w+=/);
  });

  it('say so when the password is wrong, and keep the username', async () => {
    const visit = await open();
    const page = readPage(await (await visit.open(visit.location.href)).text());
    const response = await visit.open(visit.location.href, {
      interaction: page.hidden.get('interaction') ?? '',
      username: '"><i>',
      password: 'wrong',
    });
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(readPage(html).error).toBe('Wrong username or password.');
    expect(html).toContain('value="&quot;&gt;&lt;i&gt;"');
  });

  it('turn away a suspended user', async () => {
    const visit = await open();
    const api = await managementClient(visit.tenant);
    await api('PATCH', '/users/alice0000001/is-suspended', { isSuspended: true });
    await expect(signIn(visit.url, alice)).rejects.toThrow('This account is suspended.');
  });

  it('refuse a form that does not belong to the interaction of this browser', async () => {
    const mine = await open();
    const theirs = await browser(mine.url);
    const page = readPage(await (await theirs.open(theirs.location.href)).text());
    const form = {
      interaction: page.hidden.get('interaction') ?? '',
      username: 'alice',
      password: 'alice-password',
    };
    const response = await mine.open(mine.location.href, form);
    expect([response.status, readPage(await response.text()).title]).toEqual([400, 'Start again']);
  });

  it('refuse a visitor without an interaction', async () => {
    const { endpoint } = await tenantOf();
    for (const path of ['/sign-in', '/consent']) {
      expect((await fetch(`${endpoint}${path}`)).status).toBe(400);
      expect((await fetch(`${endpoint}${path}`, { method: 'POST' })).status).toBe(400);
    }
  });

  it('do not let anyone consent before signing in', async () => {
    const visit = await open();
    const page = readPage(await (await visit.open(visit.location.href)).text());
    const form = { interaction: page.hidden.get('interaction') ?? '', decision: 'authorize' };
    const response = await visit.open(new URL('/consent', visit.url).href, form);
    expect(response.status).toBe(400);
  });
});

describe('signIn', () => {
  it('stops with the words of the page when the credentials are wrong', async () => {
    const { issuer } = await tenantOf();
    await expect(authorize(issuer, { user: { password: 'wrong' } })).rejects.toMatchObject({
      code: 'sign_in_stopped',
      status: 422,
      message: 'Wrong username or password.',
    });
  });

  it('stops at a request that is not answered with a redirect', async () => {
    const { issuer } = await tenantOf();
    await expect(authorize(issuer, { clientId: 'nobody' })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('oidc.invalid_client'),
    });
  });

  it('returns a refusal as the redirect it is, without any page', async () => {
    const { issuer } = await tenantOf();
    const outcome = await authorize(issuer, { resource: 'http://unknown.example' });
    expect(outcome.pages).toEqual([]);
    expect(outcome.answer.get('error')).toBe('invalid_target');
  });
});

describe('logout', () => {
  it('ends the session and the tokens that came from it', async () => {
    const { issuer } = await tenantOf();
    const url = authorizationUrl(issuer, { clientId: 'first-party-app' }, verifier);
    const { open, location } = await browser(url);
    const page = readPage(await (await open(location.href)).text());
    const interaction = page.hidden.get('interaction') ?? '';
    let response = await open(location.href, { interaction, username: 'alice', password: 'alice-password' });
    let redirect = '';
    while (response.status === 303) {
      redirect = new URL(response.headers.get('location') ?? '', url).href;
      if (redirect.includes(':49152')) break;
      response = await open(redirect);
    }
    const request = { clientId: 'first-party-app' };
    const answer = new URL(redirect).searchParams;
    const tokens = await redeem(issuer, { request, verifier, answer, redirect, pages: [] });
    const { access_token: token } = (await tokens.json()) as { access_token: string };
    expect((await me(issuer, token)).status).toBe(200);
    const html = await (await open(`${issuer}/session/end`)).text();
    const xsrf = readPage(html).hidden.get('xsrf') ?? '';
    expect((await open(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' })).status).toBe(303);
    expect((await me(issuer, token)).status).toBe(401);
  });
});
