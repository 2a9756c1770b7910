import type { DevRole, DevUser } from '../dev.tenant.options.js';
import type { ResourceRecord } from './resource.record.js';

/** A role of users as the Management API shows and changes it. What a seeded user holds stands with the user. */
export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly scopeIds: ReadonlySet<string>;
}

/** The roles that seeded users hold, once each. Their name is their id. */
export function rolesOf(users: readonly DevUser[], resources: readonly ResourceRecord[]): RoleRecord[] {
  const named = new Map(users.flatMap(({ roles = [] }) => roles.map((role) => [role.name, role] as const)));
  return [...named.values()].map((role) => roleRecord(role, resources));
}

const roleRecord = ({ name, scopes }: DevRole, resources: readonly ResourceRecord[]): RoleRecord => ({
  id: name,
  name,
  description: name,
  isDefault: false,
  scopeIds: new Set(
    resources
      .flatMap((resource) => resource.scopes)
      .filter((scope) => scopes === undefined || scopes.includes(scope.name))
      .map(({ id }) => id),
  ),
});
