import { z } from 'zod';

const nullableText = z.string().nullable().default(null);

/** `GET /api/users/:id`: what the Management API says of a person. */
export const userSchema = z.looseObject({
  id: z.string().min(1),
  username: nullableText,
  primaryEmail: nullableText,
  primaryPhone: nullableText,
  name: nullableText,
  avatar: nullableText,
  customData: z.record(z.string(), z.unknown()).default({}),
  identities: z.record(z.string(), z.unknown()).default({}),
  createdAt: z.number().optional(),
  updatedAt: z.number().optional(),
  profile: z.record(z.string(), z.unknown()).default({}),
  // No default: an answer that does not say must not pass for "not suspended".
  isSuspended: z.boolean(),
});
export type LogtoUser = Readonly<z.output<typeof userSchema>>;

const scopeSchema = z.looseObject({ openid: z.looseObject({ scope: z.string() }).partial().optional() });

/** One live grant: what a person allowed a client, at one moment. `iat` is in seconds. */
export const grantSchema = z.looseObject({
  id: z.string(),
  payload: scopeSchema.extend({
    iat: z.number(),
    clientId: z.string(),
    /** Scopes that were asked for and then taken off again. */
    rejected: scopeSchema.optional(),
  }),
});
export type LogtoGrant = Readonly<z.output<typeof grantSchema>>;

/** `GET /api/users/:id/grants` */
export const grantsSchema = z.looseObject({ grants: z.array(grantSchema) });

/** `GET /api/users/:id/roles` */
export const rolesSchema = z.array(z.looseObject({ id: z.string(), name: z.string() }));
export type LogtoRole = Readonly<z.output<typeof rolesSchema>[number]>;

/** RFC 6749 §5.1 */
export const tokenSchema = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});
