import { bearerParameters } from './challenge.parameters.js';
import type { EndpointEvidence } from './evidence.js';
import { headerOf } from './exchange.js';
import type { HttpProbe } from './http.probe.js';

/** Metadata is for every web page: this one asks for it. */
export const SOME_ORIGIN = 'https://agent.example';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'doctor', version: '1' },
  },
};

/** Answered or not, it opens no session. */
export const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** The first request of any client. */
export function knock(
  probe: HttpProbe,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body: object = INITIALIZE,
) {
  // HTTP+SSE begins with the stream.
  if (new URL(url).pathname.endsWith('/sse')) {
    return probe.send(url, { headers: { accept: 'text/event-stream', ...headers } });
  }
  const accept = 'application/json, text/event-stream';
  return probe.send(url, { method: 'POST', headers: { accept, ...headers }, body });
}

/** RFC 9728 §3.1: the path goes after the well-known part. */
export function metadataPlaceOf(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`;
}

export const rootPlaceOf = (url: string): string => `${new URL(url).origin}${WELL_KNOWN}`;

/** A client without a token: it is challenged, and reads where to get one. */
export async function walkEndpoint(probe: HttpProbe, url: string): Promise<EndpointEvidence> {
  const challenge = await knock(probe, url);
  const parameters = bearerParameters(headerOf(challenge, 'www-authenticate'));
  const metadataUrl = parameters?.get('resource_metadata');
  const scope = parameters?.get('scope');
  const place = metadataPlaceOf(url);
  const elsewhere = metadataUrl !== undefined && URL.canParse(metadataUrl) && metadataUrl !== place;
  const origin = { origin: SOME_ORIGIN };
  return {
    url,
    challenge,
    ...(metadataUrl !== undefined && { metadataUrl }),
    ...(scope !== undefined && { scope }),
    metadata: await probe.get(place, origin),
    ...(elsewhere && { challenged: await probe.get(metadataUrl, origin) }),
  };
}
