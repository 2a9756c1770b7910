export { DevTenant, startDevTenant } from './dev.tenant.js';
export { DevTenantError, type DevTenantErrorCode } from './dev.tenant.error.js';
export { DevTenantModule } from './dev.tenant.module.js';
export type {
  DevApplication,
  DevApplicationType,
  DevManagement,
  DevProfile,
  DevResource,
  DevRole,
  DevTenantOptions,
  DevUser,
} from './dev.tenant.options.js';
export { DEV_APPLICATIONS, DEV_USERS } from './dev.seeds.js';
export { signIn, ScriptedUserError } from './scripted.user.js';
export type { ScriptedUser, SignInOutcome, VisitedPage } from './scripted.user.js';
export { authorizationUrl, authorize, obtainTokens, redeem } from './scripted.app.js';
export type { AppRequest, Authorization, TokenResponse } from './scripted.app.js';
