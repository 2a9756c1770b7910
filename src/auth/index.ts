export {
  AuthError,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  RegistrationTokenError,
} from './auth.errors.js';
export { AuthModule, type AuthOptions } from './auth.module.js';
export { ClaimsModule } from './claims/claims.module.js';
export { Public } from './bearer/public.decorator.js';
export {
  type ClaimsAnswer,
  type ClaimsSubject,
  type UnavailableClaims,
  UserClaims,
} from './claims/user.claims.js';
export { type ProtectedResource, ProtectedResources, type ResourceIdentity } from './protected.resources.js';
export { Revocations, type RevokedUser } from './revocation/revocations.js';
export { TokenVerifier } from './verifiers/token.verifier.js';
