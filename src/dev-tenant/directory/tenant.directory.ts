import { DEV_APPLICATIONS, DEV_USERS } from '../dev.seeds.js';
import type { DevTenantOptions } from '../dev.tenant.options.js';
import { applicationRecord, managementRecord, type ApplicationRecord } from './application.record.js';
import { CIMD_OFF, type CimdSettings, type ConsentCeiling } from './consent.ceiling.js';
import { resourceRecord, type ResourceRecord } from './resource.record.js';
import { type RoleRecord, rolesOf } from './role.record.js';
import { userRecord, type UserRecord } from './user.record.js';

/** The permission of the Management API that matters: the credential may do everything. */
export const MANAGEMENT_SCOPE = 'all';

/** A client id that is the address of the client's metadata document. Logto's own ids are no URLs. */
export const isDocumentUrl = (clientId: string): boolean => clientId.startsWith('https://');

const byKey = <T>(items: readonly T[], key: (item: T) => string) =>
  new Map(items.map((item) => [key(item), item]));

/** Who and what the tenant knows: users, applications, API resources, roles. Everything is in memory. */
export class TenantDirectory {
  readonly users: ReadonlyMap<string, UserRecord>;
  /** By indicator. */
  readonly resources: Map<string, ResourceRecord>;
  readonly roles: Map<string, RoleRecord>;
  readonly applications: Map<string, ApplicationRecord>;
  cimd: CimdSettings = CIMD_OFF;
  readonly managementResource: string | undefined;
  readonly opaqueTokenTtl: number;
  private readonly managementClientId: string | undefined;

  constructor(options: DevTenantOptions, now: number) {
    const { management } = options;
    this.opaqueTokenTtl = options.opaqueTokenTtl ?? 3600;
    const apis = (options.resources ?? []).map(resourceRecord);
    const apps = (options.applications ?? DEV_APPLICATIONS).map((app) => applicationRecord(app, apis, now));
    const users = options.users ?? DEV_USERS;
    this.users = byKey(
      users.map((user) => userRecord(user, now)),
      (user) => user.id,
    );
    this.roles = byKey(rolesOf(users, apis), (role) => role.id);
    this.resources = byKey(
      management
        ? [...apis, resourceRecord({ indicator: management.resource, scopes: [MANAGEMENT_SCOPE] })]
        : apis,
      (resource) => resource.indicator,
    );
    this.applications = byKey(
      management ? [...apps, managementRecord(management, now)] : apps,
      (app) => app.id,
    );
    this.managementResource = management?.resource;
    this.managementClientId = management?.clientId;
  }

  userByName(username: string): UserRecord | undefined {
    return [...this.users.values()].find((user) => user.username === username);
  }

  /**
   * API scopes that this user may hold at this resource through this client: the user's roles give them (RBAC), the
   * ceiling of a third-party app takes away. Without a user, only the Management API's own client holds anything.
   */
  apiScopes(resource: ResourceRecord, clientId: string | undefined, userId: string | undefined): string[] {
    const isManagement = resource.indicator === this.managementResource;
    if (userId === undefined)
      return isManagement && clientId === this.managementClientId ? [MANAGEMENT_SCOPE] : [];
    if (isManagement) return [];
    const roles = this.users.get(userId)?.roles ?? [];
    const held = resource.scopes.filter((scope) =>
      roles.some((role) => role.scopes === undefined || role.scopes.includes(scope.name)),
    );
    const ceiling = this.ceilingOf(clientId ?? '');
    const allowed = ceiling ? held.filter((scope) => ceiling.resourceScopes.has(scope.id)) : held;
    return allowed.map((scope) => scope.name);
  }

  /** `undefined`: a first-party app, which has none. */
  ceilingOf(clientId: string): ConsentCeiling | undefined {
    if (isDocumentUrl(clientId)) return this.cimd;
    const app = this.applications.get(clientId);
    return app?.isThirdParty ? app : undefined;
  }
}
