import type { Request, Response } from 'express';
import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { html } from './html.js';
import { PAGE_HEADERS, renderPage } from './page.layout.js';

/** The interaction named by the browser's cookie, if it still lives. */
export async function currentInteraction(
  provider: Provider,
  req: Request,
  res: Response,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(req, res);
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined;
    throw error;
  }
}

export function sendExpired(res: Response): void {
  const body = html`<p>This sign-in is unknown or has expired. Go back to the app and start again.</p>`;
  res
    .status(400)
    .set(PAGE_HEADERS)
    .send(renderPage({ kind: 'error', title: 'Start again', body }));
}
