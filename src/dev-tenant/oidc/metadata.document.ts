import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { SIGNING_ALGORITHM } from './client.metadata.js';

type Cimd = NonNullable<NonNullable<Configuration['features']>['clientIdMetadataDocument']>;
type Fetch = NonNullable<Configuration['fetch']>;

const MAX_BYTES = 64 * 1024;
const FLAG = 'client_id_metadata_document_supported';
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?:[:/]|$)/;

/** The library's switch is thrown at its start, the tenant's at any time: so the library's is on. */
export const cimdFeature = (directory: TenantDirectory): Cimd => ({
  enabled: true,
  ack: 'draft-02',
  allowFetch: () => directory.cimd.enabled,
  allowClient: () => directory.cimd.enabled,
});

/** Koa middleware: the discovery document of a tenant that takes no documents must not say that it does. */
export const cimdFlag =
  (directory: TenantDirectory) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (directory.cimd.enabled || typeof ctx.body !== 'object' || ctx.body === null) return;
    if (FLAG in ctx.body) ctx.body = { ...ctx.body, [FLAG]: undefined };
  };

/** Documents come over the network, or from wherever the options say, and then under Logto's rules. */
export const documentFetch =
  (directory: TenantDirectory, fetchDocument: typeof fetch = fetch): Fetch =>
  async (url, options) => {
    const response = await fetchDocument(url, options);
    if (response.status !== 200) return response;
    const ruled = underRules(await readText(response), directory);
    return new Response(ruled, { headers: { 'cache-control': response.headers.get('cache-control') ?? '' } });
  };

const document = z.looseObject({ redirect_uris: z.array(z.string()).default([]) });

/**
 * What Logto decides itself, whatever the document says: grants, scopes, and that the ports of loopback redirects do
 * not count, which to the library is a matter of the application type.
 */
function underRules(text: string, { cimd }: TenantDirectory): string {
  const parsed = document.safeParse(JSON.parse(text));
  if (!parsed.success) return text;
  const isNative = parsed.data.redirect_uris.some((uri) => LOOPBACK.test(uri));
  return JSON.stringify({
    token_endpoint_auth_method: 'none',
    ...parsed.data,
    application_type: isNative ? 'native' : 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: ['openid', 'offline_access', ...cimd.userScopes].join(' '),
    id_token_signed_response_alg: SIGNING_ALGORITHM,
  });
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('The document is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
