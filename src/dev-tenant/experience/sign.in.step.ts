import type { Request, Response } from 'express';
import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { authorizationRequest } from './authorization.request.js';
import { currentInteraction, sendExpired } from './interaction.lookup.js';
import { PAGE_HEADERS } from './page.layout.js';
import { signInPage } from './sign.in.page.js';

const signInForm = z.object({
  interaction: z.string().max(64),
  username: z.string().max(128),
  password: z.string().max(256),
});

/** Who is there: `/sign-in`. */
export class SignInStep {
  constructor(
    private readonly provider: Provider,
    private readonly directory: TenantDirectory,
  ) {}

  async show(req: Request, res: Response): Promise<void> {
    const interaction = await currentInteraction(this.provider, req, res);
    if (!interaction) return sendExpired(res);
    return this.render(interaction, res);
  }

  async submit(req: Request, res: Response): Promise<void> {
    const form = signInForm.safeParse(req.body);
    const interaction = await currentInteraction(this.provider, req, res);
    // The hidden field ties the form to this browser's interaction: a form of another site or tab does not know it.
    if (!form.success || interaction?.uid !== form.data.interaction) return sendExpired(res);
    const { username, password } = form.data;
    const user = this.directory.userByName(username);
    if (user?.password !== password) {
      return this.render(interaction, res, { username, error: 'Wrong username or password.' });
    }
    if (user.isSuspended)
      return this.render(interaction, res, { username, error: 'This account is suspended.' });
    user.lastSignInAt = Date.now();
    user.updatedAt = user.lastSignInAt;
    const login = { accountId: user.id };
    return this.provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
  }

  private render(
    interaction: Interaction,
    res: Response,
    failed?: { readonly username: string; readonly error: string },
  ): void {
    const { clientId, loginHint } = authorizationRequest(interaction);
    const page = signInPage({
      interaction: interaction.uid,
      appName: this.directory.applications.get(clientId)?.name ?? clientId,
      username: failed?.username ?? loginHint,
      ...(failed && { error: failed.error }),
      users: [...this.directory.users.values()],
    });
    res
      .status(failed ? 422 : 200)
      .set(PAGE_HEADERS)
      .send(page);
  }
}
