import { describe, expect, it } from 'vitest';
import { obtainTokens } from '../../src/dev-tenant/index.js';
import { wordsOf } from '../../src/setup/index.js';
import { managementClient } from '../../src/dev-tenant/testing/tenant.fixture.js';
import { administered, MANAGEMENT, RESOURCES } from './tenant.administration.js';

const [mcp = '', sse = ''] = RESOURCES;
const app = ['--app', 'SmartMail', '--redirect', 'http://127.0.0.1/callback'];
const scopes = ['mail:read', 'mail:send'];

/** Every permission of every resource, in the order of the plan. */
const permissions = RESOURCES.flatMap((resource) => scopes.map((scope) => ({ resource, scope })));

describe('setup', () => {
  it('adds resources, permissions, a default role, an app and what may be asked for, and then finds nothing to change', async () => {
    const { run } = await administered();
    const first = await run(app);
    expect(first).toMatchObject({ ok: true, missing: [], app: { name: 'SmartMail', type: 'Native' } });
    expect(first.done).toEqual([
      ...RESOURCES.flatMap((resource) => [
        { kind: 'create_resource', resource },
        ...scopes.map((scope) => ({ kind: 'create_permission', resource, scope })),
      ]),
      { kind: 'create_role', role: 'MCP user' },
      ...permissions.map((one) => ({ kind: 'add_role_permission', role: 'MCP user', ...one })),
      {
        kind: 'create_app',
        app: 'SmartMail',
        type: 'Native',
        redirectUris: ['http://127.0.0.1/callback'],
      },
      { kind: 'let_app_ask_user_data', app: 'SmartMail', scope: 'profile' },
      { kind: 'let_app_ask_user_data', app: 'SmartMail', scope: 'email' },
      ...permissions.map((one) => ({ kind: 'let_app_ask_permission', app: 'SmartMail', ...one })),
      { kind: 'let_cimd_ask_user_data', scope: 'profile' },
      { kind: 'let_cimd_ask_user_data', scope: 'email' },
      ...permissions.map((one) => ({ kind: 'let_cimd_ask_permission', ...one })),
      { kind: 'enable_cimd' },
    ]);
    const second = await run(app);
    expect(second).toMatchObject({ ok: true, done: [], missing: [] });
    expect(wordsOf(second)[0]).toBe('Nothing to change.');
  });

  it('lets a user of the agent it made sign in and get a token with the permissions', async () => {
    const { run, tenant } = await administered();
    const { app: made } = await run(app);
    const tokens = await obtainTokens(tenant.issuer, {
      clientId: made?.id ?? '',
      scope: 'openid profile email mail:send',
      resource: mcp,
    });
    expect(tokens.scope).toBe('mail:send');
  });

  it('changes nothing in a dry run, and shows all that is missing', async () => {
    const { run, proxy } = await administered();
    const writes: string[] = [];
    proxy.bend = (request, pass) => {
      if (request.method !== 'GET' && request.path.startsWith('/api/')) writes.push(request.path);
      return pass();
    };
    const shown = await run([...app, '--dry-run']);
    expect(shown).toMatchObject({ ok: false, dryRun: true, done: [] });
    expect(writes).toEqual([]);
    expect((await run([...app, '--dry-run'])).missing).toEqual(shown.missing);
    expect(wordsOf(shown)).toContain(`  - API resource ${mcp}`);
    expect((await run(app)).done).toEqual(shown.missing);
  });

  it('repairs exactly what somebody deleted by hand', async () => {
    const { run, tenant, client } = await administered();
    await run(app);
    const resource = (await client.resources()).find(({ indicator }) => indicator === mcp);
    const scope = resource?.scopes.find(({ name }) => name === 'mail:send');
    const api = await managementClient(tenant, MANAGEMENT);
    const deleted = await api('DELETE', `/resources/${resource?.id}/scopes/${scope?.id}`);
    expect(deleted.status).toBe(204);
    const one = { resource: mcp, scope: 'mail:send' };
    expect((await run(app)).done).toEqual([
      { kind: 'create_permission', ...one },
      { kind: 'add_role_permission', role: 'MCP user', ...one },
      { kind: 'let_app_ask_permission', app: 'SmartMail', ...one },
      { kind: 'let_cimd_ask_permission', ...one },
    ]);
    expect((await run(app)).done).toEqual([]);
  });

  it('completes in a further run what a failure left undone', async () => {
    const { run, proxy } = await administered();
    const plan = (await run([...app, '--dry-run'])).missing;
    let writes = 0;
    proxy.bend = (request, pass) => {
      if (request.method === 'GET' || !request.path.startsWith('/api/')) return pass();
      writes += 1;
      const body = JSON.stringify({ code: 'system_limit.limit_exceeded' });
      return writes > 5 ? { status: 403, headers: { 'content-type': 'application/json' }, body } : pass();
    };
    const failed = await run(app);
    expect(failed).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Logto answered POST \S+ with 403 system_limit\.limit_exceeded\.$/),
    });
    expect([...failed.done, ...failed.missing]).toEqual(plan);
    expect(failed.done).toHaveLength(5);
    proxy.bend = undefined;
    expect((await run(app)).done).toEqual(failed.missing);
    expect((await run(app)).done).toEqual([]);
  });

  it('goes on without metadata documents on an older Logto, and says so', async () => {
    const { run, proxy } = await administered();
    proxy.bend = (request, pass) =>
      request.path.includes('cimd') ? { status: 404, headers: {}, body: 'Not Found' } : pass();
    const report = await run();
    expect(report.ok).toBe(true);
    expect(report.notes).toContain('cimd_unknown');
    expect(report.done.map(({ kind }) => kind)).not.toContain('enable_cimd');
  });

  it('creates no role where no tool has scopes', async () => {
    const { run } = await administered();
    const report = await run(['--no-cimd'], []);
    expect(report.done).toEqual([
      { kind: 'create_resource', resource: mcp },
      { kind: 'create_resource', resource: sse },
    ]);
    expect(report.notes).toEqual(['no_permissions', 'cimd_untouched']);
  });

  it('adds a redirect URI to an app that is there, and keeps those it has', async () => {
    const { run, client } = await administered();
    await run(app);
    const more = await run([...app, '--redirect', 'cursor://callback']);
    expect(more.done).toEqual([
      { kind: 'add_redirect_uris', app: 'SmartMail', redirectUris: ['cursor://callback'] },
    ]);
    const found = (await client.applications()).find(({ name }) => name === 'SmartMail');
    expect(found?.oidcClientMetadata.redirectUris).toEqual([
      'http://127.0.0.1/callback',
      'cursor://callback',
    ]);
  });

  it('does not turn an app of your own into an agent', async () => {
    const { run } = await administered();
    await expect(run(['--app', 'Example Desktop App', '--redirect', 'http://127.0.0.1/cb'])).rejects.toThrow(
      'The app "Example Desktop App" is not a third-party app. Choose another name with --app.',
    );
  });
});
