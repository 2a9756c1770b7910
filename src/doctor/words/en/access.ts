import type { Entries } from '../entry.js';

/** What Logto allows, who may call from a browser, and the token at the end. */
export const access = {
  tenant_refused: [
    'The Management API does not let this server in ({reason}).',
    'API resources cannot be looked up here, and whoami lacks names and email addresses.',
    'Logto Console > Applications > the machine-to-machine app: role "Logto Management API access". Check LOGTO_MANAGEMENT_*.',
  ],
  resource_slash: [
    'Logto knows the API resource {found}, agents ask for {url}: a slash at the end differs.',
    'Logto compares byte for byte and answers invalid_target. Every client that follows the specification fails.',
    'An API identifier cannot be changed: npm run setup adds the right one (Logto Console > API resources > Create API resource > API identifier {url}).',
  ],
  resource_similar: [
    'Logto knows the API resource {found}, agents ask for {url}.',
    'Logto compares byte for byte and answers invalid_target. Every client that follows the specification fails.',
    'An API identifier cannot be changed: npm run setup adds the right one (Logto Console > API resources > Create API resource > API identifier {url}).',
  ],
  resource_unknown: [
    'Logto knows no API resource {url}.',
    'Logto answers invalid_target. Every client that follows the specification fails.',
    'npm run setup, or Logto Console > API resources > Create API resource > API identifier {url}',
  ],
  app_unknown: [
    'Logto knows no app {client}.',
    'Its users get an error page instead of a sign-in.',
    'Logto Console > Applications: copy the App ID into the agent. Or npm run setup -- --app <name> --redirect <uri>.',
  ],
  app_redirect: [
    'App {client} may not send its users back to {redirectUri}.',
    'Its users get an error page. Only a Native app matches any port of this machine.',
    'Logto Console > Applications > the app > Redirect URIs: add {redirectUri}.',
  ],
  app_scope: [
    'App {client} may not ask for {scope}.',
    'The server tells agents to ask for it, and Logto answers invalid_scope.',
    'Logto Console > Applications > the app > Permissions > Add permissions > User data. Or take it out of AUTH_SCOPES.',
  ],
  origin_refused: [
    '{url} refuses web pages of {origin} (403).',
    'Agents on that page cannot connect.',
    'Add {origin} to ALLOWED_ORIGINS, and let the proxy have no list of its own.',
  ],
  preflight_refused: [
    'The preflight of {origin} to {url} fails ({status}).',
    'The browser sends no request with a token.',
    'Add {origin} to ALLOWED_ORIGINS, and let the proxy pass OPTIONS on.',
  ],
  challenge_hidden: [
    'A page of {origin} cannot read the challenge of {url}.',
    'The browser hides WWW-Authenticate, so the agent does not learn where to sign in.',
    'Let the proxy pass Access-Control-Expose-Headers: WWW-Authenticate on.',
  ],
  clock_skew: [
    'The clocks of Logto and of the MCP server differ by {seconds} s ({limit} are tolerated); {ahead} is ahead.',
    'Fresh tokens are "not valid yet", or expire before their time: 401 right after sign-in.',
    'Set both clocks by NTP.',
  ],
  token_malformed: [
    'This is no access token.',
    'It is refused before anything is looked up.',
    'Pass the access_token alone, without "Bearer", quotes or line breaks.',
  ],
  token_kind: [
    'This is no access token but a token of type "{type}": an ID token, most likely.',
    'An ID token tells the client who signed in. It opens no API.',
    'Send the access_token of the answer, not the id_token.',
  ],
  token_issuer: [
    'The token is of the issuer {found}, not {expected}.',
    'Only the issuer of the metadata is believed.',
    'Sign in again, and set LOGTO_ENDPOINT to the name that users sign in at.',
  ],
  token_audience_slash: [
    'The token is for {found}, the endpoint is {expected}: a slash at the end differs.',
    'Audiences are compared byte for byte.',
    'Use one spelling in the agent, in PUBLIC_URL and in Logto; then sign in again.',
  ],
  token_audience_endpoint: [
    'The token is for {found}, not for {expected}.',
    'Each endpoint is a resource of its own; a token for /mcp/sse or /sse does not open /mcp.',
    'Sign in with resource={expected}, or connect to the endpoint that the token is for.',
  ],
  token_audience: [
    'The token is for another resource: {found}, not {expected}.',
    'A server must refuse tokens that were not issued for it.',
    'Sign in with resource={expected}, in the authorization and in the token request.',
  ],
  token_expired: [
    'The token expired {seconds} s ago.',
    'The agent has to refresh it.',
    'Sign in again. Lifetime: Logto Console > API resources > the resource > Token expiration time.',
  ],
  token_early: [
    'The token is not valid for another {seconds} s.',
    'It was made by a clock that is ahead.',
    'Set the clocks of Logto and of the server by NTP.',
  ],
  token_refused: [
    'The server refuses the token ({status}).',
    'By what it says of itself it should be good: signature, revocation or AUTH_ALLOWED_CLIENTS decide.',
    'Sign in again. On 503 the server could not ask Logto. AUTH_TOKEN_MODE says which kinds are accepted.',
  ],
  token_unsent: [
    'The token was not sent: {url} is not https.',
    'Anybody on the way could have used it.',
    'Examine the https URL.',
  ],
} satisfies Partial<Entries>;
