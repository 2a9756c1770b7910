import {
  fetchServerConfigByWellKnownUrl,
  type ResolvedAuthServerConfig,
  validateServerConfig,
} from 'mcp-auth';
import { z } from 'zod';
import { LogtoUnavailableError } from '../logto.errors.js';
import type { BackChannel, LogtoMetadata } from './logto.metadata.js';

/** The two names of one Logto, and the issuer it must call itself. */
export interface LogtoNames {
  readonly endpoint: string;
  readonly internalEndpoint: string;
  readonly issuer: string;
}

const documentSchema = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url(),
  introspection_endpoint: z.url().optional(),
});
type DiscoveryDocument = z.output<typeof documentSchema>;

/**
 * Believes a discovery document only if it is our Logto's.
 * @throws {LogtoUnavailableError} saying what is wrong with it
 */
export async function readDocument(body: unknown, names: LogtoNames): Promise<LogtoMetadata> {
  const parsed = documentSchema.safeParse(body);
  if (!parsed.success) throw new LogtoUnavailableError('invalid_metadata', { cause: parsed.error });
  const document = parsed.data;
  // RFC 8414 §3.3: identical, not equivalent. A slash or a capital makes it somebody else's document.
  if (document.issuer !== names.issuer) {
    throw new LogtoUnavailableError('issuer_mismatch', { detail: document.issuer.slice(0, 200) });
  }
  refuseForeignEndpoints(document, names);
  return {
    issuer: document.issuer,
    server: await serverConfigOf(document),
    backChannel: backChannelOf(document, names.internalEndpoint),
    raw: Object.freeze({ ...document, ...movedEndpoints(document, names.endpoint) }),
  };
}

/**
 * mcp-auth fetches without a time limit and without a size limit, so it is handed the bytes we already hold.
 * `validateServerConfig` leaves `isValid` out when it is false, hence no comparison with `false`.
 */
async function serverConfigOf(document: DiscoveryDocument): Promise<ResolvedAuthServerConfig> {
  const bytes = Buffer.from(JSON.stringify(document)).toString('base64');
  const server = await fetchServerConfigByWellKnownUrl(`data:application/json;base64,${bytes}`, {
    type: 'oidc',
  }).catch((error: unknown) => {
    throw new LogtoUnavailableError('invalid_metadata', { cause: error });
  });
  const result = validateServerConfig(server);
  if (!result.isValid) throw new LogtoUnavailableError('invalid_metadata', { cause: result.errors });
  return server;
}

/**
 * The document is data from the network and must not send our calls, or anybody's browser, to a host of its choice.
 * A registration endpoint may stand elsewhere: Logto has none, an operator's own bridge has, and we do not call it.
 */
function refuseForeignEndpoints(document: DiscoveryDocument, names: LogtoNames): void {
  const own = new Set([new URL(names.endpoint).origin, new URL(names.internalEndpoint).origin]);
  for (const [name, url] of endpointsOf(document)) {
    if (name === 'registration_endpoint' || own.has(originOf(url))) continue;
    throw new LogtoUnavailableError('foreign_endpoint', { detail: `${name} ${url}`.slice(0, 200) });
  }
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');

function endpointsOf(document: DiscoveryDocument): [string, string][] {
  return Object.entries(document).filter(
    (entry): entry is [string, string] =>
      (entry[0].endsWith('_endpoint') || entry[0] === 'jwks_uri') && typeof entry[1] === 'string',
  );
}

function backChannelOf(document: DiscoveryDocument, internalEndpoint: string): BackChannel {
  const introspection = document.introspection_endpoint;
  return {
    jwks: moved(document.jwks_uri, internalEndpoint),
    token: moved(document.token_endpoint, internalEndpoint),
    userinfo: moved(document.userinfo_endpoint, internalEndpoint),
    ...(introspection !== undefined && { introspection: moved(introspection, internalEndpoint) }),
  };
}

const movedEndpoints = (document: DiscoveryDocument, endpoint: string): Record<string, string> =>
  Object.fromEntries(
    endpointsOf(document)
      .filter(([name]) => name !== 'registration_endpoint')
      .map(([name, url]) => [name, moved(url, endpoint)]),
  );

function moved(url: string, origin: string): string {
  const { pathname, search } = new URL(url);
  return `${new URL(origin).origin}${pathname}${search}`;
}
