import { z } from 'zod';

/**
 * The claims of OpenID Connect Core 5.1 that Logto's userinfo answers. Which of them are present is the user's
 * decision; null means that the user shares the claim and has no value for it.
 */
export const WhoamiOutput = z.looseObject({
  sub: z.string().describe('The user, as Logto identifies them'),
  username: z.string().nullish(),
  name: z.string().nullish(),
  picture: z.string().nullish(),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  unavailable: z
    .object({ claims: z.array(z.string()), reason: z.string(), cure: z.string() })
    .optional()
    .describe('Claims that could not be read with this token, why, and how to get them'),
});
