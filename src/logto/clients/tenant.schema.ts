import { z } from 'zod';

export const scopeSchema = z.looseObject({ id: z.string(), name: z.string() });
/** A permission of an API resource. */
export type TenantScope = Readonly<z.output<typeof scopeSchema>>;

export const resourceSchema = z.looseObject({
  id: z.string(),
  indicator: z.string(),
  scopes: z.array(scopeSchema).default([]),
});
/** An API resource: what a client names in `resource`, byte for byte. */
export type TenantResource = Readonly<z.output<typeof resourceSchema>>;

export const roleSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  isDefault: z.boolean().default(false),
});
/** A role of users or of machines. */
export type TenantRole = Readonly<z.output<typeof roleSchema>>;

export const applicationSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  isThirdParty: z.boolean().default(false),
  oidcClientMetadata: z.looseObject({
    redirectUris: z.array(z.string()).default([]),
    postLogoutRedirectUris: z.array(z.string()).default([]),
  }),
});
export type TenantApplication = Readonly<z.output<typeof applicationSchema>>;

export const ceilingSchema = z.looseObject({
  userScopes: z.array(z.string()),
  resourceScopes: z.array(z.looseObject({ scopes: z.array(scopeSchema) })),
});
/** What an app, or every CIMD client, may ask a user for. API scopes by id. */
export interface TenantCeiling {
  readonly userScopes: readonly string[];
  readonly resourceScopes: readonly string[];
}

export const cimdSchema = z.looseObject({ enabled: z.boolean() });

/** How the Management API words a refusal. */
export const refusalSchema = z.looseObject({ code: z.string() });
