import type { Router } from 'express';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import type { UserRecord } from '../directory/user.record.js';
import type { MemoryStore } from '../oidc/memory.store.js';
import { listGrants, revokeGrant, signOutEverywhere } from './grant.ledger.js';
import { invalidInput, ManagementError, parseBody } from './management.error.js';

const suspension = z.object({ isSuspended: z.boolean() });
const grantFilter = z.object({ appType: z.enum(['firstParty', 'thirdParty']).optional() });

export function userRoutes(router: Router, directory: TenantDirectory, store: MemoryStore): void {
  const userOf = (id: string): UserRecord => {
    const user = directory.users.get(id);
    if (user) return user;
    throw new ManagementError(404, 'entity.not_found', 'The resource does not exist.');
  };
  router.get('/users/:userId', (req, res) => {
    res.json(userView(userOf(req.params.userId)));
  });
  router.get('/users/:userId/roles', (req, res) => {
    res.json(userOf(req.params.userId).roles.map(({ name }) => roleView(name)));
  });
  router.get('/users/:userId/grants', (req, res) => {
    const filter = grantFilter.safeParse(req.query);
    if (!filter.success) throw invalidInput('query');
    res.json({ grants: listGrants(store, directory, req.params.userId, filter.data.appType) });
  });
  router.delete('/users/:userId/grants/:grantId', (req, res) => {
    if (!revokeGrant(store, req.params.userId, req.params.grantId)) {
      throw new ManagementError(404, 'oidc.invalid_grant', 'Grant request is invalid.');
    }
    res.status(204).end();
  });
  router.patch('/users/:userId/is-suspended', (req, res) => {
    const { isSuspended } = parseBody(suspension, req.body);
    const user = userOf(req.params.userId);
    user.isSuspended = isSuspended;
    user.updatedAt = Date.now();
    if (user.isSuspended) signOutEverywhere(store, user.id);
    res.json(userView(user));
  });
}

function userView(user: UserRecord) {
  const { password: _password, roles: _roles, ...visible } = user;
  return { ...visible, customData: {}, identities: {}, cimdClientId: null, hasPassword: true };
}

const roleView = (name: string) => ({
  tenantId: 'default',
  id: name,
  name,
  description: name,
  type: 'User',
  isDefault: false,
});
