import { z } from 'zod';
import type { LogtoApplication } from '../../logto/index.js';

const MEMBER = 'mcpRegistration';

/** What this server writes into `customData` of an app that it has registered: its only memory of it. */
const schema = z.object({
  /** For which server: two may share a tenant. */
  resource: z.string(),
  /** SHA-256 of the registration access token. */
  tokenHash: z.string(),
  registeredAt: z.number(),
  usedAt: z.number().optional(),
});

export type RegistrationRecord = Readonly<z.output<typeof schema>>;

export const customDataOf = (record: RegistrationRecord): Record<string, unknown> => ({ [MEMBER]: record });

/** `undefined`: another server's app, or one that a person made. */
export function recordOf(app: LogtoApplication, resource: string): RegistrationRecord | undefined {
  const { data } = schema.safeParse(app.customData[MEMBER]);
  return data?.resource === resource && app.isThirdParty ? data : undefined;
}
