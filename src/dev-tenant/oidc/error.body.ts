import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';

const oauthError = z.looseObject({ error: z.string(), error_description: z.string().optional() });

const messages: Readonly<Record<string, string>> = {
  access_denied: 'Access denied.',
  insufficient_scope: 'Token missing scope `openid`.',
  invalid_grant: 'Grant request is invalid.',
  invalid_redirect_uri: "`redirect_uri` did not match any of the client's registered `redirect_uris`.",
  invalid_request: 'Request is invalid.',
  invalid_target: 'Invalid resource indicator.',
  invalid_token: 'Invalid token provided.',
  unsupported_grant_type: 'Unsupported `grant_type` requested.',
};

/** Logto puts a `code` and a `message` of its own before the OAuth members of every error. */
export function logtoErrorBody(body: unknown): Record<string, unknown> | undefined {
  const parsed = oauthError.safeParse(body);
  if (!parsed.success) return undefined;
  const { error, error_description: description } = parsed.data;
  const code = /session.*not found|request has expired/.test(description ?? '')
    ? 'session.not_found'
    : `oidc.${error}`;
  return { code, message: messages[error] ?? `An OIDC error occurred: ${code}.`, ...parsed.data };
}

/** Koa middleware around the provider's router: unknown routes and errors as Logto words them. */
export async function errorBody(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.status === 404 && ctx.body === undefined) {
    ctx.status = 404;
    ctx.body = {
      error: 'invalid_request',
      error_description: `unrecognized route or not allowed method (${ctx.method} on ${ctx.path})`,
    };
  }
  if (ctx.status < 400) return;
  const body = logtoErrorBody(ctx.body);
  if (!body) return;
  // A foreign Origin is refused without a challenge.
  if (/^origin .* not allowed for client/.test(String(body.error_description)))
    ctx.remove('WWW-Authenticate');
  ctx.body = body;
}
