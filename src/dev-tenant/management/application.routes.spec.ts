import { describe, expect, it } from 'vitest';
import { obtainTokens } from '../scripted.app.js';
import { management, managementClient, tenantOf } from '../testing/tenant.fixture.js';

interface App {
  readonly id: string;
  readonly isThirdParty: boolean;
}

describe('applications', () => {
  it('are listed by page and by kind', async () => {
    const manage = await managementClient(await tenantOf({ management }));
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const app = (await (
        await manage('POST', '/applications', { name, type: 'Native', isThirdParty: true })
      ).json()) as App;
      ids.push(app.id);
    }
    const list = async (query: string) =>
      ((await (await manage('GET', `/applications${query}`)).json()) as App[]).map(({ id }) => id);
    expect(await list('?isThirdParty=true')).toEqual(['smartmail-ai', ...ids]);
    expect(await list('?isThirdParty=false')).toEqual(['first-party-app', 'mcp-server']);
    expect(await list('?isThirdParty=true&page=1&page_size=3')).toEqual(['smartmail-ai', ...ids.slice(0, 2)]);
    expect(await list('?isThirdParty=true&page=2&page_size=3')).toEqual(ids.slice(2));
    expect(await list('?isThirdParty=true&page=3&page_size=3')).toEqual([]);
  });

  it('have a secret to read when they are of a kind that has one', async () => {
    const manage = await managementClient(await tenantOf({ management }));
    const secretsOf = async (type: string) => {
      const app = (await (await manage('POST', '/applications', { name: 'x', type })).json()) as App;
      return (await manage('GET', `/applications/${app.id}/secrets`)).json();
    };
    expect(await secretsOf('Traditional')).toEqual([
      expect.objectContaining({ name: 'Default secret', value: expect.any(String), expiresAt: null }),
    ]);
    expect(await secretsOf('Native')).toEqual([]);
    expect((await manage('GET', '/applications/none/secrets')).status).toBe(404);
  });

  it('show in the log that somebody signed in through them', async () => {
    const tenant = await tenantOf({ management });
    const manage = await managementClient(tenant);
    const entries = async (query: string) =>
      (await (await manage('GET', `/logs?${query}`)).json()) as object[];
    const signIns = 'applicationId=smartmail-ai&logKey=ExchangeTokenBy.AuthorizationCode';
    expect(await entries(signIns)).toEqual([]);
    await obtainTokens(tenant.issuer);
    await obtainTokens(tenant.issuer);
    expect(await entries(signIns)).toHaveLength(2);
    expect(await entries(`${signIns}&page=1&page_size=1`)).toEqual([
      expect.objectContaining({ payload: expect.objectContaining({ applicationId: 'smartmail-ai' }) }),
    ]);
    expect(await entries('applicationId=first-party-app')).toEqual([]);
    expect(await entries('logKey=ExchangeTokenBy.RefreshToken')).toEqual([]);
  });
});
