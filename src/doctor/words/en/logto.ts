import type { Entries } from '../entry.js';

/** Logto's metadata, and how agents get a client id. */
export const logto = {
  logto_unreachable: [
    'Logto does not answer at {url} ({reason}).',
    'Users cannot sign in.',
    'Start Logto; check LOGTO_ENDPOINT, DNS, certificate and proxy.',
  ],
  logto_not_from_here: [
    'Logto does not answer from here at {url} ({reason}), but does by its internal name.',
    'Inside a container, localhost is the container. Browsers outside may well reach it.',
    'Run the doctor outside the container as well: npm run doctor -- --url <the URL that agents use>.',
  ],
  logto_unreachable_inside: [
    'The server cannot reach Logto at {url} ({reason}), browsers can.',
    'Users sign in, and then their tokens cannot be checked: 503.',
    'Set LOGTO_INTERNAL_ENDPOINT to a name that works where the server runs; in compose http://logto:3001.',
  ],
  logto_not_json: [
    '{url} answers something that is not JSON.',
    'Clients expect metadata or a 404 there and stop at a web page.',
    'Let the proxy pass this path on to Logto, with no page of its own.',
  ],
  logto_no_discovery: [
    'There is no metadata at {url}.',
    'Clients find neither the sign-in page nor the token endpoint.',
    'The issuer ends with /oidc: check LOGTO_ENDPOINT and the path that the proxy passes on.',
  ],
  logto_status: [
    '{url} answers {status}.',
    'Only a 404 makes clients look at the next place; they stop at this.',
    'See the log of Logto or of the proxy in front of it. Metadata needs no sign-in.',
  ],
  issuer_slash: [
    'Logto calls itself {found}, the metadata {expected}: a slash at the end differs.',
    'Issuers are compared byte for byte (RFC 8414 section 3.3): SDK v2 refuses, and every token is refused.',
    'Publish exactly the issuer that {url} says.',
  ],
  issuer_mismatch: [
    'Logto calls itself {found}, the metadata {expected}.',
    'Issuers are compared byte for byte (RFC 8414 section 3.3): SDK v2 refuses, and every token is refused.',
    'Set LOGTO_ENDPOINT to the name that users sign in at (a custom domain has an issuer of its own), and ENDPOINT of a self-hosted Logto to the same.',
  ],
  issuer_inside: [
    'By its internal name, Logto calls itself {found}, not {expected}.',
    'LOGTO_INTERNAL_ENDPOINT leads to another Logto or tenant: every token is refused.',
    'Let LOGTO_INTERNAL_ENDPOINT name the same Logto; its ENDPOINT stays the public one.',
  ],
  issuer_http: [
    'The issuer {issuer} is not https.',
    'Clients send nobody to an open address outside their own machine.',
    'Put TLS before Logto, set its ENDPOINT to https://... and TRUST_PROXY_HEADER=1.',
  ],
  endpoints_elsewhere: [
    '{url} names endpoints that are not those of {issuer}: {found}.',
    'Browsers cannot reach a name inside the network: sign-in ends before it begins.',
    'Let the proxy before Logto pass on Host and X-Forwarded-Proto, with TRUST_PROXY_HEADER=1 in Logto: its endpoints follow them.',
  ],
  pkce_missing: [
    '{url} does not offer PKCE with S256.',
    'Clients must refuse an authorization server that does not say so.',
    'Logto says so by itself: let the proxy pass its document on unchanged.',
  ],
  iss_missing: [
    '{url} does not announce the iss parameter (RFC 9207).',
    'Clients cannot tell which authorization server an answer came from; strict ones refuse to go on.',
    'Logto sends and announces it: pass its document on unchanged. Documents rebuilt from a list of fields lose it.',
  ],
  discovery_cors: [
    '{url} has no Access-Control-Allow-Origin.',
    'Agents in a browser cannot read it.',
    'Let the proxy before Logto pass the CORS headers on.',
  ],
  registration_none: [
    '{issuer} accepts neither client id metadata documents nor registration.',
    'Only agents that were registered by hand get in: "does not support dynamic client registration".',
    'Logto 1.43 or later: npm run setup turns metadata documents on. Else: Logto Console > Applications > Create application > Third-party app, once for each agent.',
  ],
  registration_issuer: [
    '{url} says the issuer {found}, not {expected}.',
    'SDK v2 refuses the document, and with it every registration.',
    "Serve Logto's own document with registration_endpoint added, and its issuer as it is.",
  ],
  registration_dead: [
    'registration_endpoint {url} does not work ({reason}).',
    'Agents that register themselves fail.',
    'Start what answers there, or take registration_endpoint out of the metadata.',
  ],
  cimd_no_public_clients: [
    '{url} accepts metadata documents, but not clients without a secret ("none").',
    'claude.ai then does not use its document.',
    'Pass on token_endpoint_auth_methods_supported as Logto sends it.',
  ],
} satisfies Partial<Entries>;
