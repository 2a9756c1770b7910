import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import { authorizationRequest } from './authorization.request.js';

/** What the provider found missing from the grant; it has already dropped what user or app may not have. */
const missingScopes = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

const currentGrant = async (provider: Provider, { grantId }: Interaction) =>
  grantId === undefined ? undefined : provider.Grant.find(grantId);

/** The scopes a person is asked about: user scopes as requested, API scopes as allowed. */
export async function consentScopes(
  provider: Provider,
  interaction: Interaction,
  supported: ReadonlySet<string>,
): Promise<string[]> {
  const { missingResourceScopes } = missingScopes.parse(interaction.prompt.details);
  const { scopes } = authorizationRequest(interaction);
  const grant = await currentGrant(provider, interaction);
  const held = Object.keys(grant?.resources ?? {}).flatMap((resource) =>
    (grant?.getResourceScopeFiltered(resource, scopes) ?? '').split(' '),
  );
  const api = [...held, ...Object.values(missingResourceScopes).flat()].filter((name) => name !== '');
  return [...new Set([...scopes.filter((name) => supported.has(name)), ...api])];
}

/**
 * Writes the consent down and names its grant. A browser session goes on using the grant it has; every new sign-in
 * adds another, so grants of one user and one client pile up, each with its own scopes.
 */
export async function grantConsent(provider: Provider, interaction: Interaction): Promise<string> {
  const { missingOIDCScope, missingResourceScopes } = missingScopes.parse(interaction.prompt.details);
  const grant =
    (await currentGrant(provider, interaction)) ??
    new provider.Grant({
      accountId: interaction.session?.accountId,
      clientId: authorizationRequest(interaction).clientId,
    });
  if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope);
  for (const [resource, scopes] of Object.entries(missingResourceScopes))
    grant.addResourceScope(resource, scopes);
  return grant.save();
}
