import type { Evidence, Stage, Step } from './scene.evidence.js';
import type { Scene } from './scene.js';

/** How many steps `discoverySteps` tells. */
export const DISCOVERY_STEPS = 3;

/** How a client that knows nothing but a URL finds the place to sign in. */
export const discoverySteps = (scene: Scene, stage: Stage, evidence: Evidence): Step[] => [
  challenge(scene, stage, evidence),
  resourceMetadata(scene, stage, evidence),
  serverMetadata(stage, evidence),
];

/** RFC 6750 §3: no credentials, so no error code; RFC 9728 §5.1: where to read on. */
function challenge(scene: Scene, { publicUrl }: Stage, { exchanges }: Evidence): Step {
  const first = exchanges[0];
  const expected = `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource${scene.path}"`;
  const header = first?.challenge ?? '';
  return {
    name: 'challenge',
    ok:
      first?.status === 401 &&
      header.startsWith('Bearer ') &&
      header.includes(expected) &&
      !header.includes('error='),
    text: `${first?.method} ${scene.path} without a token: ${first?.status}, WWW-Authenticate: ${header}`,
  };
}

function resourceMetadata(scene: Scene, { publicUrl, issuer }: Stage, { exchanges }: Evidence): Step {
  const path = `/.well-known/oauth-protected-resource${scene.path}`;
  const { document = {} } = exchanges.find(({ url }) => url === publicUrl + path) ?? {};
  const resource = document['resource'];
  const servers = document['authorization_servers'];
  return {
    name: 'resource-metadata',
    ok: resource === publicUrl + scene.path && JSON.stringify(servers) === JSON.stringify([issuer]),
    text: `It reads there: this is the resource ${String(resource)}, and tokens come from ${String(servers)}`,
  };
}

function serverMetadata({ issuer }: Stage, { exchanges }: Evidence): Step {
  const url = `${issuer}/.well-known/openid-configuration`;
  const { document = {} } = exchanges.find((exchange) => exchange.url === url) ?? {};
  const methods = document['code_challenge_methods_supported'];
  return {
    name: 'server-metadata',
    // Without S256 in the metadata a client of MCP has to turn back.
    ok: document['issuer'] === issuer && Array.isArray(methods) && methods.includes('S256'),
    text: `It finds Logto's endpoints at ${new URL(url).pathname}, with PKCE ${String(methods)}`,
  };
}
