import { describe, expect, it } from 'vitest';
import { management, managementClient, MCP, tenantOf } from '../testing/tenant.fixture.js';

const api = async () => managementClient(await tenantOf({ management }));
type Api = Awaited<ReturnType<typeof api>>;

/** Status, and the code of an error or the id of what was made. */
async function ask(call: Api, method: string, path: string, body?: unknown) {
  const response = await call(method, path, body);
  const text = await response.text();
  // The routes answer JSON objects, or a word.
  const json = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string; id?: string };
  return { status: response.status, code: json.code, id: json.id ?? '' };
}

const list = async (call: Api, path: string) =>
  (await (await call('GET', path)).json()) as { name: string }[];

describe('API resources', () => {
  it('are created with 201, once each, and deleted with 204', async () => {
    const call = await api();
    const created = await ask(call, 'POST', '/resources', { name: 'MCP', indicator: MCP });
    expect(created).toMatchObject({ status: 201, id: expect.stringMatching(/^\w{21}$/) });
    expect(await ask(call, 'POST', '/resources', { name: 'MCP', indicator: MCP })).toMatchObject({
      status: 422,
      code: 'resource.resource_identifier_in_use',
    });
    expect((await ask(call, 'DELETE', `/resources/${created.id}`)).status).toBe(204);
    expect((await ask(call, 'DELETE', `/resources/${created.id}`)).status).toBe(404);
  });

  it('have permissions, listed with them only for those who ask', async () => {
    const call = await api();
    const { id } = await ask(call, 'POST', '/resources', { name: 'MCP', indicator: MCP });
    const path = `/resources/${id}/scopes`;
    const scope = await ask(call, 'POST', path, { name: 'mail:read' });
    expect(scope.status).toBe(201);
    expect(await ask(call, 'POST', path, { name: 'mail:read' })).toMatchObject({
      status: 422,
      code: 'scope.name_exists',
    });
    expect(await ask(call, 'POST', path, { name: 'mail read' })).toMatchObject({
      status: 400,
      code: 'scope.name_with_space',
    });
    expect((await list(call, '/resources')).find(({ name }) => name === 'MCP')).not.toHaveProperty('scopes');
    expect(await list(call, '/resources?includeScopes=true')).toContainEqual(
      expect.objectContaining({ scopes: [expect.objectContaining({ name: 'mail:read', resourceId: id })] }),
    );
    expect((await ask(call, 'DELETE', `${path}/${scope.id}`)).status).toBe(204);
    expect(await list(call, path)).toEqual([]);
  });

  it('do not include changes to the Management API itself', async () => {
    const call = await api();
    const [own] = (await (await call('GET', '/resources')).json()) as { id: string }[];
    expect(await ask(call, 'POST', `/resources/${own?.id}/scopes`, { name: 'more' })).toMatchObject({
      status: 400,
      code: 'resource.cannot_modify_management_api',
    });
  });
});

describe('roles', () => {
  it('are created with 200, hold permissions once, and never those of the Management API', async () => {
    const call = await api();
    const resource = await ask(call, 'POST', '/resources', { name: 'MCP', indicator: MCP });
    const scope = await ask(call, 'POST', `/resources/${resource.id}/scopes`, { name: 'mail:read' });
    const body = { name: 'MCP user', description: 'x', type: 'User', isDefault: true };
    const role = await ask(call, 'POST', '/roles', body);
    expect(role.status).toBe(200);
    expect(await ask(call, 'POST', '/roles', body)).toMatchObject({ status: 422, code: 'role.name_in_use' });
    const path = `/roles/${role.id}/scopes`;
    expect((await ask(call, 'POST', path, { scopeIds: [scope.id] })).status).toBe(201);
    expect(await ask(call, 'POST', path, { scopeIds: [scope.id] })).toMatchObject({
      status: 422,
      code: 'role.scope_exists',
    });
    expect(await ask(call, 'POST', path, { scopeIds: ['none'] })).toMatchObject({ status: 404 });
    expect(await list(call, path)).toEqual([expect.objectContaining({ name: 'mail:read' })]);
    const changed = await call('PATCH', `/roles/${role.id}`, { isDefault: false });
    expect([changed.status, await changed.json()]).toEqual([
      200,
      expect.objectContaining({ isDefault: false }),
    ]);
    const [all] = (await (await call('GET', '/resources?includeScopes=true')).json()) as {
      scopes: { id: string }[];
    }[];
    expect(await ask(call, 'POST', path, { scopeIds: [all?.scopes[0]?.id] })).toMatchObject({
      status: 400,
      code: 'role.management_api_scopes_not_assignable_to_user_role',
    });
  });

  it('come in pages, also when nobody names one', async () => {
    const call = await api();
    for (let n = 0; n < 22; n += 1) await call('POST', '/roles', { name: `role ${n}`, description: 'x' });
    const first = await call('GET', '/roles');
    expect(first.headers.get('total-number')).toBe('23');
    expect(await first.json()).toHaveLength(20);
    expect(await list(call, '/roles?page=2&page_size=20')).toHaveLength(3);
    expect((await ask(call, 'GET', '/roles?page=0')).code).toBe('guard.invalid_input');
  });
});

describe('client id metadata documents', () => {
  it('are off, can be turned on, and have one ceiling', async () => {
    const call = await api();
    const state = async () => (await call('GET', '/configs/cimd')).json();
    expect(await state()).toEqual({ enabled: false });
    expect((await ask(call, 'PATCH', '/configs/cimd', { enabled: true })).status).toBe(200);
    expect(await state()).toEqual({ enabled: true });
    expect((await ask(call, 'PATCH', '/configs/cimd', { enabled: 'yes' })).status).toBe(400);
    const path = '/cimd/user-consent-scopes';
    expect((await ask(call, 'POST', path, { userScopes: ['profile', 'email'] })).status).toBe(201);
    expect(await ask(call, 'POST', path, { resourceScopes: ['none'] })).toMatchObject({
      status: 422,
      code: 'application.user_consent_scopes_not_found',
    });
    expect((await ask(call, 'DELETE', `${path}/user-scopes/email`)).status).toBe(204);
    expect((await ask(call, 'DELETE', `${path}/user-scopes/email`)).status).toBe(404);
    expect(await (await call('GET', path)).json()).toMatchObject({ userScopes: ['profile'] });
  });
});
