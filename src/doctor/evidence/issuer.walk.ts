import { SOME_ORIGIN } from './endpoint.walk.js';
import type { IssuerEvidence, Target } from './evidence.js';
import { textOf } from './exchange.js';
import type { HttpProbe } from './http.probe.js';

const OIDC = '/.well-known/openid-configuration';

/** The three places where clients look for an issuer's metadata, and the one where this server does. */
export async function walkIssuer(
  probe: HttpProbe,
  issuer: string,
  { configured }: Target,
): Promise<IssuerEvidence | undefined> {
  if (!URL.canParse(issuer)) return undefined;
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const asWebPage = { origin: SOME_ORIGIN };
  const inserted = await probe.get(`${origin}/.well-known/oauth-authorization-server${path}`, asWebPage);
  const insertedOidc = await probe.get(`${origin}${OIDC}${path}`, asWebPage);
  const appended = await probe.get(`${origin}${path}${OIDC}`, asWebPage);
  const inside = configured && insideOf(configured, path);
  const registration = textOf(inserted, 'registration_endpoint') ?? textOf(appended, 'registration_endpoint');
  return {
    issuer,
    inserted,
    insertedOidc,
    appended,
    ...(inside !== undefined && { inside: await probe.get(inside) }),
    // Read only: a registration would leave an app behind.
    ...(registration !== undefined &&
      URL.canParse(registration) && { registration: await probe.get(registration) }),
  };
}

const insideOf = ({ endpoint, internalEndpoint }: NonNullable<Target['configured']>, path: string) =>
  internalEndpoint === endpoint ? undefined : `${internalEndpoint}${path}${OIDC}`;
