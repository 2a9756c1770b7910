import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { obtainTokens } from '../scripted.app.js';
import { MCP, me, tenantOf } from '../testing/tenant.fixture.js';

// Alone in its file: the notice to be silenced is printed once a process, by the first tenant.
describe('loadOidcLibrary', () => {
  it('keeps the notices of the library out of the console, from its import to the last request', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const tenant = await tenantOf({ resources: [{ indicator: MCP }] });
    await obtainTokens(tenant.issuer, { resource: MCP });
    const { access_token: token } = await obtainTokens(tenant.issuer);
    await me(tenant.issuer, token);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });
});
