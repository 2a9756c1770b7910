import { knock, PING, rootPlaceOf, SOME_ORIGIN, walkEndpoint } from './endpoint.walk.js';
import { type ProbeClient, walkAuthorize } from './authorize.walk.js';
import {
  type BrowserEvidence,
  discoveryOf,
  type Evidence,
  type Target,
  type TenantEvidence,
} from './evidence.js';
import { isDocument, listOf } from './exchange.js';
import { HttpProbe } from './http.probe.js';
import { walkIssuer } from './issuer.walk.js';
import { tokenEvidence } from './token.evidence.js';

const MAX_TOKEN = 16_384;

/** Who can be asked besides the server and the public face of Logto. */
export interface Helpers {
  readonly timeoutMs: number;
  readonly tenant?: TenantEvidence;
  readonly client?: ProbeClient;
  readonly token?: string;
}

/** Walks the chain that a client walks and writes down what it meets. Changes nothing anywhere. */
export async function gather(target: Target, helpers: Helpers): Promise<Evidence> {
  const probe = new HttpProbe(helpers.timeoutMs);
  const [main = ''] = target.urls;
  const endpoints = [];
  for (const url of target.urls) endpoints.push(await walkEndpoint(probe, url));
  const root = await probe.get(rootPlaceOf(main), { origin: SOME_ORIGIN });
  const documents = endpoints.flatMap(({ challenged, metadata }) => [challenged, metadata]);
  const named = [...documents, root].find(isDocument);
  const issuerName = listOf(named, 'authorization_servers')[0] ?? target.configured?.issuer;
  const issuer = issuerName === undefined ? undefined : await walkIssuer(probe, issuerName, target);
  const seen = { target, endpoints, root, ...(issuer && { issuer }), resources: [], browsers: [] };
  const resources = [];
  for (const { url, scope = 'openid' } of endpoints) {
    resources.push(await walkAuthorize(probe, discoveryOf(seen), helpers.client, url, scope));
  }
  const browsers = [];
  for (const origin of target.origins) browsers.push(await askAsWebPage(probe, main, origin));
  const token = helpers.token === undefined ? undefined : await tryToken(probe, main, helpers.token);
  return {
    ...seen,
    resources,
    browsers,
    ...(helpers.tenant && { tenant: helpers.tenant }),
    ...(token && { token }),
  };
}

async function askAsWebPage(probe: HttpProbe, url: string, origin: string): Promise<BrowserEvidence> {
  const preflight = await probe.send(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
    },
  });
  return { origin, preflight, challenge: await knock(probe, url, { origin }) };
}

async function tryToken(probe: HttpProbe, url: string, token: string) {
  const { protocol, hostname } = new URL(url);
  const isPrivate = protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  // What is no bearer token (RFC 6750 §2.1) cannot stand in a header, and need not.
  const canStand = /^[A-Za-z0-9\-._~+/]+=*$/.test(token) && token.length <= MAX_TOKEN;
  const exchange =
    isPrivate && canStand ? await knock(probe, url, { authorization: `Bearer ${token}` }, PING) : undefined;
  return tokenEvidence(token, Math.floor(Date.now() / 1000), exchange);
}
