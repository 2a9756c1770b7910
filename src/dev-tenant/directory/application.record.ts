import type { DevApplication, DevApplicationType, DevManagement } from '../dev.tenant.options.js';
import type { ResourceRecord } from './resource.record.js';

/** An application as Logto stores it. */
export interface ApplicationRecord {
  readonly id: string;
  readonly type: DevApplicationType;
  readonly isThirdParty: boolean;
  readonly secret?: string;
  readonly createdAt: number;
  readonly name: string;
  readonly description: string | null;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly customClientMetadata: Readonly<Record<string, unknown>>;
  readonly customData: Readonly<Record<string, unknown>>;
  /** The ceiling of a third-party app. */
  readonly userScopes: ReadonlySet<string>;
  /** Ids of API scopes, the same ceiling. */
  readonly resourceScopes: ReadonlySet<string>;
}

const blank = {
  description: null,
  postLogoutRedirectUris: [],
  customClientMetadata: {},
  customData: {},
  userScopes: new Set<string>(),
  resourceScopes: new Set<string>(),
};

export function applicationRecord(
  app: DevApplication,
  resources: readonly ResourceRecord[],
  now: number,
): ApplicationRecord {
  const granted = resources
    .flatMap((resource) => resource.scopes)
    .filter((scope) => app.resourceScopes === undefined || app.resourceScopes.includes(scope.name));
  return {
    ...blank,
    id: app.id,
    type: app.type,
    isThirdParty: app.isThirdParty,
    ...(app.secret !== undefined && { secret: app.secret }),
    createdAt: now,
    name: app.name,
    redirectUris: app.redirectUris,
    userScopes: new Set(app.userScopes),
    resourceScopes: new Set(granted.map((scope) => scope.id)),
  };
}

export function managementRecord(management: DevManagement, now: number): ApplicationRecord {
  return {
    ...blank,
    id: management.clientId,
    type: 'MachineToMachine',
    isThirdParty: false,
    secret: management.clientSecret,
    createdAt: now,
    name: 'Management API access',
    redirectUris: [],
  };
}
