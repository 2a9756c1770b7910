import { z } from 'zod';
import { RegistrationError } from '../registration.errors.js';

const MOST_REDIRECTS = 10;
/** They hand out tokens without a user, or put them into a URL. Grants that are merely unknown here are left out. */
const FORBIDDEN_GRANTS: readonly string[] = ['implicit', 'password', 'client_credentials'];
const words = z.array(z.string().max(256)).max(20);

/** RFC 7591 section 2, as far as it is listened to. Whatever else is sent has no effect: it is not read. */
const schema = z.object({
  redirect_uris: z.array(z.string()).min(1).max(MOST_REDIRECTS),
  token_endpoint_auth_method: z.enum(['none', 'client_secret_basic', 'client_secret_post']).optional(),
  grant_types: words
    .refine((grants) => grants.includes('authorization_code'))
    .refine((grants) => !grants.some((grant) => FORBIDDEN_GRANTS.includes(grant)))
    .optional(),
  response_types: z.array(z.literal('code')).min(1).optional(),
  application_type: z.enum(['native', 'web']).optional(),
  client_name: z.string().optional(),
  /** A client cannot choose its own; who is to have none must not ask for one. */
  client_secret: z.undefined().optional(),
});

export type ClientMetadata = Readonly<z.output<typeof schema>>;

const EXPECTED: Readonly<Record<string, string>> = {
  redirect_uris: `redirect_uris must be a list of 1 to ${MOST_REDIRECTS} URIs`,
  token_endpoint_auth_method:
    'token_endpoint_auth_method must be none, client_secret_basic or client_secret_post',
  grant_types: `grant_types must contain authorization_code, and none of ${FORBIDDEN_GRANTS.join(', ')}`,
  response_types: 'response_types may contain nothing but code',
  application_type: 'application_type must be native or web',
  client_name: 'client_name must be text',
  client_secret: 'client_secret is not for the client to choose',
};

/** @throws {RegistrationError} naming the first member that is wrong, and never its value */
export function readMetadata(body: unknown): ClientMetadata {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const member = String(parsed.error.issues[0]?.path[0] ?? '');
  const code = member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  throw new RegistrationError(code, EXPECTED[member] ?? 'The body must be a JSON object');
}
