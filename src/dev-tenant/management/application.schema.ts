import { z } from 'zod';

/** As Logto: http(s) with a wildcard anywhere but in the port and the whole host, or an app's own scheme. */
const isRedirectUri = (uri: string): boolean => {
  if (/^https?:\/\/\*(?:[:/]|$)/.test(uri) || /^https?:\/\/[^/]*:\*/.test(uri)) return false;
  return URL.canParse(uri.replaceAll('*', 'wildcard'));
};

const oidcClientMetadata = z.object({
  redirectUris: z.array(z.string().max(2048).refine(isRedirectUri)).max(50),
  postLogoutRedirectUris: z.array(z.string().max(2048).refine(isRedirectUri)).max(50),
});

const fields = {
  name: z.string().min(1).max(256),
  description: z.string().max(4096).nullable(),
  oidcClientMetadata,
  customClientMetadata: z.record(z.string(), z.unknown()),
  customData: z.record(z.string(), z.unknown()),
};

export const applicationToCreate = z.object({
  name: fields.name,
  type: z.enum(['Native', 'SPA', 'Traditional', 'MachineToMachine']),
  description: fields.description.default(null),
  isThirdParty: z.boolean().default(false),
  oidcClientMetadata: oidcClientMetadata.default({ redirectUris: [], postLogoutRedirectUris: [] }),
  customClientMetadata: fields.customClientMetadata.default({}),
  customData: fields.customData.default({}),
});

/** `type` and `isThirdParty` never change. An object is replaced whole, not merged. */
export const applicationChange = z.object(fields).partial();

export const consentScopes = z.object({
  userScopes: z.array(z.string()).default([]),
  resourceScopes: z.array(z.string()).default([]),
});
