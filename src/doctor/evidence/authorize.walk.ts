import { createHash, randomBytes } from 'node:crypto';
import type { ResourceEvidence } from './evidence.js';
import { type Exchange, textOf } from './exchange.js';
import type { HttpProbe } from './http.probe.js';

/** An app of the tenant in whose name may be asked. */
export interface ProbeClient {
  readonly id: string;
  readonly redirectUri: string;
}

/**
 * The authorization request of an agent, with `prompt=none`: nobody is there to sign in, so that a healthy tenant
 * answers `login_required` (OpenID Connect Core §3.1.2.6), after it has looked at everything else.
 */
export async function walkAuthorize(
  probe: HttpProbe,
  discovery: Exchange | undefined,
  client: ProbeClient | undefined,
  url: string,
  scope: string,
): Promise<ResourceEvidence> {
  const endpoint = textOf(discovery, 'authorization_endpoint');
  if (client === undefined || endpoint === undefined || !URL.canParse(endpoint)) return { url };
  const request = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope,
    resource: url,
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'none',
  };
  for (const [name, value] of Object.entries(parameters)) request.searchParams.set(name, value);
  const exchange = await probe.get(request.href);
  return { url, authorize: { client: client.id, redirectUri: client.redirectUri, scope, exchange } };
}
