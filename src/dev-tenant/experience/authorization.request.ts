import type { Interaction } from 'oidc-provider';
import { z } from 'zod';

const schema = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().default(''),
  login_hint: z.string().default(''),
});

/** The parameters of the authorization request behind an interaction that the pages need. */
export function authorizationRequest(interaction: Interaction) {
  const { client_id, redirect_uri, scope, login_hint } = schema.parse(interaction.params);
  return {
    clientId: client_id,
    redirectUri: redirect_uri,
    scopes: scope.split(' ').filter((name) => name !== ''),
    loginHint: login_hint,
  };
}
