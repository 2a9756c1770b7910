import type { Entries } from '../entry.js';

/** The server's own answers: the challenge and its metadata. */
export const front = {
  server_unreachable: [
    '{url} does not answer ({reason}).',
    'No client gets in.',
    'Start the server; check DNS, certificate and proxy. PUBLIC_URL must be the name that agents use.',
  ],
  endpoint_missing: [
    '{url} answers {status}: there is no MCP endpoint at this path.',
    'Clients connect to exactly this URL and look nowhere else.',
    'Let the proxy pass the path on unchanged, without a prefix added or cut off.',
  ],
  endpoint_redirects: [
    '{url} answers {status} and sends clients to {location}.',
    'Clients do not repeat a POST elsewhere, and the URL must equal the resource byte for byte.',
    'Give agents the final URL, and turn off the slash or https redirect of the proxy for it.',
  ],
  endpoint_open: [
    '{url} answers {status} without a token.',
    'Everybody can call it, and no client starts to sign in.',
    'Do not let the proxy answer for the server; put the bearer guard back before the route.',
  ],
  host_refused: [
    '{url} answers 421: the server does not know itself by the name {host}.',
    'Every request by that name is refused.',
    'Set PUBLIC_URL to the origin that agents use, or add the name to ALLOWED_HOSTS.',
  ],
  endpoint_status: [
    '{url} answers {status} where a client without a token expects 401.',
    'Only a 401 makes a client sign its user in.',
    'See the log of the server, or of the proxy that answered in its place.',
  ],
  challenge_missing: [
    'The 401 of {url} has no Bearer challenge.',
    'Clients that rely on the challenge do not start to sign in; a browser may ask for a password.',
    'Let the proxy pass WWW-Authenticate on, and ask for no password of its own.',
  ],
  challenge_without_metadata: [
    'The challenge of {url} does not name resource_metadata.',
    'Clients have to guess where the metadata is; those of 2025-06-18 know no other way to it.',
    'Let the proxy pass the header on unchanged. The parameter is the absolute URL of the metadata.',
  ],
  challenge_relative: [
    'resource_metadata of {url} is "{found}", not an absolute URL.',
    'It is no URL to a client: the official SDKs ignore it and guess, claude.ai gives up.',
    'Write the whole URL with https and host (RFC 9728 section 5.1).',
  ],
  challenge_elsewhere: [
    'resource_metadata of {url} is {found}, which is not at {expected}.',
    'Agents outside cannot reach that name, or refuse another origin.',
    'Set PUBLIC_URL to {expected}. It is never taken from Host or X-Forwarded-* headers.',
  ],
  metadata_missing: [
    '{url} answers {status}: no metadata at this place.',
    'The path goes after the well-known part (RFC 9728 section 3.1). The official SDKs look here first, VS Code too.',
    'Route /.well-known/* of the origin to the server, outside any global prefix.',
  ],
  metadata_missing_at_root: [
    'There is no metadata at {url}.',
    'Older clients look only there.',
    'Serve the document of the main endpoint at the root too.',
  ],
  metadata_guarded: [
    '{url} answers {status}: the metadata wants a sign-in.',
    'A client reads it to learn how to sign in, so it has no token yet. All clients fail.',
    'Exempt /.well-known/* from every guard, access proxy and firewall rule.',
  ],
  metadata_status: [
    '{url} answers {status}.',
    'Clients stop at an error of the server here.',
    'See the log of the server, or of the proxy that answered in its place.',
  ],
  metadata_not_json: [
    '{url} answers something that is not JSON.',
    'A page of a web application answers for every path. All clients fail.',
    'Route /.well-known/* to the server before the fallback of the web application.',
  ],
  metadata_without_issuer: [
    '{url} names no authorization server.',
    'Clients do not learn where to sign in.',
    'Set LOGTO_ENDPOINT. authorization_servers must hold your Logto issuer.',
  ],
  metadata_resource_slash: [
    'The metadata says {found}, the endpoint is {expected}: a slash at the end differs.',
    'Claude Code and Grok compare the two as strings; Logto answers invalid_target to the other spelling.',
    'Use one spelling everywhere: the one without a slash, in PUBLIC_URL, in agents and in Logto.',
  ],
  metadata_resource_scheme: [
    'The metadata says {found}, agents use {expected}: http and https differ.',
    'Clients refuse a resource of another origin.',
    'Set PUBLIC_URL to the https origin; TLS ends at the proxy, the name stays.',
  ],
  metadata_resource_endpoint: [
    'The metadata at {url} says {found}, but agents connect to {expected}.',
    'SDK v1 and v2 refuse it: "Protected resource does not match". A token would be for another endpoint.',
    'Give each endpoint its own document, and each its own API resource in Logto.',
  ],
  metadata_resource_host: [
    'The metadata says {found}, agents use {expected}.',
    'Clients refuse a resource of another origin; a name inside the network reaches nobody.',
    'Set PUBLIC_URL to the origin that agents use, and start the server again.',
  ],
  metadata_other_issuer: [
    '{url} names the issuer {found}, this configuration {expected}.',
    'Users sign in at one, tokens are checked against the other: every token is refused.',
    'Set LOGTO_ENDPOINT to the name that users sign in at: with a custom domain, that domain. Start the server again.',
  ],
  metadata_cors: [
    '{url} has no Access-Control-Allow-Origin.',
    'Agents in a browser (MCP Inspector, web clients) cannot read it.',
    'Let the proxy pass the CORS headers on; metadata is for every origin.',
  ],
} satisfies Partial<Entries>;
