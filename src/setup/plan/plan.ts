import type { TenantCeiling } from '../../logto/index.js';
import { type CurrentTenant, scopeIdOf } from '../tenant/current.tenant.js';
import type { Change } from './change.js';
import type { DesiredTenant } from './desired.tenant.js';

/** What is missing, in an order in which it can be added. Nothing that is there is ever taken away. */
export function planOf(current: CurrentTenant, desired: DesiredTenant): Change[] {
  return [
    ...resourceChanges(current, desired),
    ...roleChanges(current, desired),
    ...appChanges(current, desired),
    ...cimdChanges(current, desired),
  ];
}

function resourceChanges({ resources }: CurrentTenant, desired: DesiredTenant): Change[] {
  return desired.resources.flatMap((indicator): Change[] => {
    const known = resources.find((resource) => resource.indicator === indicator);
    const names = new Set(known?.scopes.map(({ name }) => name));
    return [
      ...(known ? [] : [{ kind: 'create_resource', resource: indicator } as const]),
      ...desired.scopes
        .filter((scope) => !names.has(scope))
        .map((scope) => ({ kind: 'create_permission', resource: indicator, scope }) as const),
    ];
  });
}

/** Without permissions there is nothing a role could hold. */
function roleChanges(current: CurrentTenant, desired: DesiredTenant): Change[] {
  const { role } = desired;
  if (desired.scopes.length === 0) return [];
  return [
    ...(current.role ? [] : [{ kind: 'create_role', role } as const]),
    ...(current.role?.isDefault === false ? [{ kind: 'make_role_default', role } as const] : []),
    ...missing(current, desired, current.role?.scopeIds ?? []).map(
      (permission) => ({ kind: 'add_role_permission', role, ...permission }) as const,
    ),
  ];
}

function appChanges(current: CurrentTenant, desired: DesiredTenant): Change[] {
  if (desired.app === undefined) return [];
  const { name: app, type, redirectUris } = desired.app;
  const known = current.app?.oidcClientMetadata.redirectUris;
  const added = redirectUris.filter((uri) => known?.includes(uri) === false);
  const ceiling = current.app?.ceiling ?? { userScopes: [], resourceScopes: [] };
  return [
    ...(known ? [] : [{ kind: 'create_app', app, type, redirectUris } as const]),
    ...(added.length > 0 ? [{ kind: 'add_redirect_uris', app, redirectUris: added } as const] : []),
    ...missingUserData(ceiling, desired).map(
      (scope) => ({ kind: 'let_app_ask_user_data', app, scope }) as const,
    ),
    ...missing(current, desired, ceiling.resourceScopes).map(
      (permission) => ({ kind: 'let_app_ask_permission', app, ...permission }) as const,
    ),
  ];
}

function cimdChanges(current: CurrentTenant, desired: DesiredTenant): Change[] {
  if (!desired.cimd || current.cimd === undefined) return [];
  const { enabled, ceiling } = current.cimd;
  return [
    // The ceiling first: nobody may come in before it is known what they may ask for.
    ...missingUserData(ceiling, desired).map((scope) => ({ kind: 'let_cimd_ask_user_data', scope }) as const),
    ...missing(current, desired, ceiling.resourceScopes).map(
      (permission) => ({ kind: 'let_cimd_ask_permission', ...permission }) as const,
    ),
    ...(enabled ? [] : [{ kind: 'enable_cimd' } as const]),
  ];
}

const missingUserData = ({ userScopes }: TenantCeiling, desired: DesiredTenant): string[] =>
  desired.userScopes.filter((scope) => !userScopes.includes(scope));

/** Permissions that somebody who holds these ids lacks. One that is yet to be created is held by nobody. */
function missing(current: CurrentTenant, desired: DesiredTenant, held: readonly string[]) {
  return desired.resources.flatMap((resource) =>
    desired.scopes
      .filter((scope) => !held.includes(scopeIdOf(current.resources, resource, scope) ?? ''))
      .map((scope) => ({ resource, scope })),
  );
}
