export { ConsentedClaims, type ConsentQuestion } from './claims/consented.claims.js';
export { APPLICATION_PAGE, ApplicationClient } from './clients/application.client.js';
export type {
  ApplicationChange,
  ApplicationDraft,
  LogtoApplication,
  LogtoScope,
  LogtoSecret,
} from './clients/application.schema.js';
export { type Introspection, IntrospectionClient } from './clients/introspection.client.js';
export { ManagementClient } from './clients/management.client.js';
export type { LogtoGrant, LogtoRole, LogtoUser } from './clients/management.schema.js';
export { ManagementToken } from './clients/management.token.js';
export { TenantClient } from './clients/tenant.client.js';
export type {
  TenantApplication,
  TenantCeiling,
  TenantResource,
  TenantRole,
  TenantScope,
} from './clients/tenant.schema.js';
export { type UserinfoClaims, UserinfoClient } from './clients/userinfo.client.js';
export { LogtoDiscovery } from './discovery/logto.discovery.js';
export { LogtoKeys } from './discovery/logto.keys.js';
export type { BackChannel, LogtoMetadata } from './discovery/logto.metadata.js';
export type { RefreshStatus } from './discovery/refresh.status.js';
export {
  ApplicationRefusedError,
  LogtoUnavailableError,
  ManagementRefusedError,
  type TokenRejectedCode,
  TokenRejectedError,
  type UnavailableReason,
} from './logto.errors.js';
export { LogtoModule } from './logto.module.js';
