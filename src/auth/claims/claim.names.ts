/** Claims about the token and not about its user: RFC 9068 section 2.2, RFC 7519 section 4.1, OpenID Connect's azp. */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(
  'iss aud exp nbf iat jti sub client_id azp scope scopes auth_time acr amr sid'.split(' '),
);

/** The claims that people mean by a scope; Logto's userinfo may have more. */
const CLAIMS_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: ['name', 'username', 'preferred_username', 'picture', 'updated_at', 'created_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  custom_data: ['custom_data'],
  identities: ['identities'],
  roles: ['roles'],
};

/** What a custom token claims script of Logto added to a JWT. */
export const userClaimsIn = (claims: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !PROTOCOL_CLAIMS.has(name)));

export const profileClaimsOf = (scopes: readonly string[]): string[] =>
  scopes.flatMap((scope) => CLAIMS_OF_SCOPE[scope] ?? []);
