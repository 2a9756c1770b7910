import type { TenantDirectory } from '../directory/tenant.directory.js';
import type { MemoryStore } from '../oidc/memory.store.js';

export type AppType = 'firstParty' | 'thirdParty';

/** What dies with a grant or a sign-out. */
const TOKENS = ['AccessToken', 'RefreshToken', 'AuthorizationCode'];

/** Every live grant of a user, one for each consent. Nothing says which token came from which. */
export function listGrants(
  store: MemoryStore,
  directory: TenantDirectory,
  userId: string,
  appType?: AppType,
) {
  return store.list('Grant').flatMap(([id, payload]) => {
    if (payload.accountId !== userId) return [];
    const app = directory.applications.get(payload.clientId ?? '');
    if (appType !== undefined && app?.isThirdParty !== (appType === 'thirdParty')) return [];
    const expiresAt = (payload.exp ?? 0) * 1000;
    return [{ id, payload, expiresAt, application: app ? { id: app.id, name: app.name } : null }];
  });
}

/** Ends a grant with its tokens, and the browser sessions' memory of it. False when the user has no such grant. */
export function revokeGrant(store: MemoryStore, userId: string, grantId: string): boolean {
  if (store.find('Grant', grantId)?.accountId !== userId) return false;
  for (const model of TOKENS) store.removeWhere(model, (payload) => payload.grantId === grantId);
  store.remove('Grant', grantId);
  for (const [id] of store.list('Session')) {
    store.update('Session', id, (payload) => ({
      ...payload,
      authorizations: Object.fromEntries(
        Object.entries(payload.authorizations ?? {}).filter(([, one]) => one.grantId !== grantId),
      ),
    }));
  }
  return true;
}

/** A suspended user's tokens and sessions stay dead when the suspension ends. */
export function signOutEverywhere(store: MemoryStore, userId: string): void {
  for (const model of [...TOKENS, 'Session'])
    store.removeWhere(model, (payload) => payload.accountId === userId);
}
