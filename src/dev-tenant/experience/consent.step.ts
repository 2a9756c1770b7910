import type { Request, Response } from 'express';
import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import { isDocumentUrl, type TenantDirectory } from '../directory/tenant.directory.js';
import { SCOPE_CLAIMS } from '../oidc/user.claims.js';
import { authorizationRequest } from './authorization.request.js';
import { consentScopes, grantConsent } from './consent.grant.js';
import { consentPage } from './consent.page.js';
import { currentInteraction, sendExpired } from './interaction.lookup.js';
import { PAGE_HEADERS } from './page.layout.js';

const consentForm = z.object({
  interaction: z.string().max(64),
  decision: z.enum(['authorize', 'cancel']),
});

const userScopes: ReadonlySet<string> = new Set(Object.keys(SCOPE_CLAIMS));

/** What the app may have: `/consent`. A first-party app is never asked about. */
export class ConsentStep {
  constructor(
    private readonly provider: Provider,
    private readonly directory: TenantDirectory,
  ) {}

  async show(req: Request, res: Response): Promise<void> {
    const interaction = await currentInteraction(this.provider, req, res);
    if (!interaction) return sendExpired(res);
    const { clientId, redirectUri } = authorizationRequest(interaction);
    const client = await this.provider.Client.find(clientId);
    const user = this.directory.users.get(interaction.session?.accountId ?? '');
    if (!client || !user) return sendExpired(res);
    if (!this.directory.ceilingOf(clientId)) return this.authorize(interaction, req, res);
    const page = consentPage({
      interaction: interaction.uid,
      appName: client.clientName ?? clientId,
      ...(isDocumentUrl(clientId) && { documentHost: new URL(clientId).host }),
      user,
      scopes: await consentScopes(this.provider, interaction, userScopes),
      redirectUri,
    });
    res.set(PAGE_HEADERS).send(page);
  }

  async submit(req: Request, res: Response): Promise<void> {
    const form = consentForm.safeParse(req.body);
    const interaction = await currentInteraction(this.provider, req, res);
    if (!form.success || interaction?.uid !== form.data.interaction) return sendExpired(res);
    if (form.data.decision === 'authorize') return this.authorize(interaction, req, res);
    // The app learns nothing from a Cancel, not even its own `state`: Logto's page just goes to the redirect URI.
    res.redirect(303, authorizationRequest(interaction).redirectUri);
  }

  private async authorize(interaction: Interaction, req: Request, res: Response): Promise<void> {
    const user = this.directory.users.get(interaction.session?.accountId ?? '');
    if (!user) return sendExpired(res);
    user.applicationId ??= authorizationRequest(interaction).clientId;
    const consent = { grantId: await grantConsent(this.provider, interaction) };
    return this.provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
  }
}
