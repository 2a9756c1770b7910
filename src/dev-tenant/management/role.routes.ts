import type { Router } from 'express';
import { z } from 'zod';
import type { RoleRecord } from '../directory/role.record.js';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { ManagementError, notFound, parseBody, tooMany } from './management.error.js';
import { sendPage } from './list.page.js';
import { newId, scopeView } from './resource.routes.js';

const MAX_ROLES = 1000;

const ids = z.array(z.string().min(1));
const fields = { name: z.string().min(1).max(128), description: z.string().min(1).max(128) };
const roleToCreate = z.object({
  ...fields,
  type: z.literal('User').default('User'),
  isDefault: z.boolean().default(false),
  scopeIds: ids.default([]),
});
const roleChange = z.object({ ...fields, isDefault: z.boolean() }).partial();
const scopesToAdd = z.object({ scopeIds: ids.nonempty() });

/**
 * Roles of users. A default role is one that Logto gives to users who sign up from then on; nobody signs up here, so
 * what a user may do still stands with the seeded users.
 */
export function roleRoutes(router: Router, directory: TenantDirectory): void {
  const { roles } = directory;
  router.get('/roles', (req, res) => {
    sendPage(req, res, [...roles.values()].map(roleView), true);
  });
  router.post('/roles', (req, res) => {
    const { scopeIds, type: _type, ...body } = parseBody(roleToCreate, req.body);
    refuseTakenName(roles, body.name);
    if (roles.size >= MAX_ROLES) throw tooMany();
    const role = { ...body, id: newId(), scopeIds: new Set(scopeIds) };
    refuseForeignScopes(directory, scopeIds);
    roles.set(role.id, role);
    // 200, not 201.
    res.json(roleView(role));
  });
  router.patch('/roles/:id', (req, res) => {
    const change = parseBody(roleChange, req.body);
    const role = roleOf(directory, req.params.id);
    if (change.name !== undefined) refuseTakenName(roles, change.name, role.id);
    const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const changed: RoleRecord = { ...role, ...defined };
    roles.set(role.id, changed);
    res.json(roleView(changed));
  });
  roleScopeRoutes(router, directory);
}

function roleScopeRoutes(router: Router, directory: TenantDirectory): void {
  router.get('/roles/:id/scopes', (req, res) => {
    sendPage(req, res, scopesOf(directory, roleOf(directory, req.params.id)));
  });
  router.post('/roles/:id/scopes', (req, res) => {
    const { scopeIds } = parseBody(scopesToAdd, req.body);
    const role = roleOf(directory, req.params.id);
    if (scopeIds.some((id) => role.scopeIds.has(id))) {
      throw new ManagementError(422, 'role.scope_exists', 'The scope has already been added to this role.');
    }
    refuseForeignScopes(directory, scopeIds);
    const changed = { ...role, scopeIds: new Set([...role.scopeIds, ...scopeIds]) };
    directory.roles.set(role.id, changed);
    res.status(201).json(scopesOf(directory, changed).map(({ resource: _resource, ...scope }) => scope));
  });
}

function roleOf({ roles }: TenantDirectory, id: string): RoleRecord {
  const role = roles.get(id);
  if (role) return role;
  throw notFound('role', id);
}

function refuseTakenName(roles: ReadonlyMap<string, RoleRecord>, name: string, ownId?: string): void {
  if (![...roles.values()].some((role) => role.name === name && role.id !== ownId)) return;
  throw new ManagementError(422, 'role.name_in_use', `This role name ${name} is already in use`);
}

/** Users never get permissions of the Management API. */
function refuseForeignScopes(directory: TenantDirectory, scopeIds: readonly string[]): void {
  for (const scopeId of scopeIds) {
    const resource = [...directory.resources.values()].find(({ scopes }) =>
      scopes.some(({ id }) => id === scopeId),
    );
    if (resource === undefined) throw notFound('scope', scopeId);
    if (resource.indicator !== directory.managementResource) continue;
    const message = 'Management API scopes cannot be assigned to user roles.';
    throw new ManagementError(400, 'role.management_api_scopes_not_assignable_to_user_role', message);
  }
}

const scopesOf = ({ resources }: TenantDirectory, role: RoleRecord) =>
  [...resources.values()].flatMap((resource) =>
    resource.scopes
      .filter(({ id }) => role.scopeIds.has(id))
      .map((scope) => ({
        ...scopeView(scope, resource),
        resource: { id: resource.id, indicator: resource.indicator, name: resource.name },
      })),
  );

const roleView = ({ scopeIds: _scopeIds, ...role }: RoleRecord) => ({
  tenantId: 'default',
  ...role,
  type: 'User',
});
