import { z } from 'zod';

/** `GET /api/applications/:id`: an app as the Management API shows it, never with its secret. */
export const applicationSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  type: z.string(),
  isThirdParty: z.boolean(),
  oidcClientMetadata: z.looseObject({ redirectUris: z.array(z.string()) }),
  customData: z.record(z.string(), z.unknown()).default({}),
  /** In milliseconds. */
  createdAt: z.number(),
});
export type LogtoApplication = Readonly<z.output<typeof applicationSchema>>;

/** `GET /api/applications` */
export const applicationsSchema = z.array(applicationSchema);

/** `GET /api/applications/:id/secrets` */
export const secretsSchema = z.array(
  z.looseObject({ value: z.string().min(1), expiresAt: z.number().nullable().default(null) }),
);
export type LogtoSecret = Readonly<z.output<typeof secretsSchema>[number]>;

/** `GET /api/resources?includeScopes=true` */
export const resourcesSchema = z.array(
  z.looseObject({
    indicator: z.string(),
    scopes: z.array(z.looseObject({ id: z.string(), name: z.string() })).default([]),
  }),
);
export type LogtoScope = Readonly<z.output<typeof resourcesSchema>[number]['scopes'][number]>;

/** `GET /api/logs`: only whether there are any. */
export const logsSchema = z.array(z.looseObject({ id: z.string() }));

/** Every error of the Management API. */
export const managementErrorSchema = z.looseObject({ code: z.string() });

/** What a third-party app is made from. `isThirdParty` is not here: nobody decides it but the client below. */
export interface ApplicationDraft {
  readonly name: string;
  readonly type: 'Native' | 'SPA' | 'Traditional';
  readonly redirectUris: readonly string[];
  readonly customClientMetadata: Readonly<Record<string, boolean>>;
  readonly customData: Readonly<Record<string, unknown>>;
}

/** What may be changed of one. An object replaces the whole of the old one. */
export type ApplicationChange = Partial<Omit<ApplicationDraft, 'type'>>;
