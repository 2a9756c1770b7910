const OFFLINE = /(?:^|&)scope=(?:[^&]*(?:\+|%20))?offline_access(?:\+|%20|&|$)/;
const SCOPE = /(?:^|&)scope=(?:\+|%20)*(?!\+|%20|&|$)/;
const BLANK_SCOPE = /^((?:.*&)?)scope(?:=(?:\+|%20)*)?((?:&.*)?)$/;
const CLIENT = /(?:^|&)client_id=[^&]/;
/** The parameters are elsewhere (RFC 9101, RFC 9126), or a name is written in a way that only Logto may read. */
const UNREADABLE = /(?:^|&)(?:request(?:_uri)?=|[^=&]*%)/;
const SETTLED_PROMPT = /(?:^|&)prompt=(?:[^&]*(?:\+|%20))?(?:none|consent)(?:\+|%20|&|$)/;
const BLANK_PROMPT = /^((?:.*&)?)prompt(?:=(?:\+|%20)*)?((?:&.*)?)$/;
const PROMPT = /^((?:.*&)?prompt=[^&]+)(.*)$/;

/**
 * Returns the raw query of an authorization request as config/edge/nginx.conf passes it on: with a default scope when
 * it has none, because Logto ends such sign-ins in `access_denied`, and with `prompt=consent` when it asks for
 * `offline_access`, which Logto ignores otherwise.
 */
export function authorizationQuery(query: string, defaultScope: readonly string[]): string {
  if (UNREADABLE.test(query)) return query;
  return withConsent(withScope(query, defaultScope.map(encodeURIComponent).join('%20')));
}

function withScope(query: string, scope: string): string {
  if (SCOPE.test(query) || !CLIENT.test(query)) return query;
  const [, before, after] = BLANK_SCOPE.exec(query) ?? [];
  return before === undefined ? `${query}&scope=${scope}` : `${before}scope=${scope}${after}`;
}

function withConsent(query: string): string {
  if (!OFFLINE.test(query) || SETTLED_PROMPT.test(query)) return query;
  const [, before, after] = BLANK_PROMPT.exec(query) ?? [];
  if (before !== undefined) return `${before}prompt=consent${after}`;
  const [, asked, rest] = PROMPT.exec(query) ?? [];
  return asked === undefined ? `${query}&prompt=consent` : `${asked}%20consent${rest}`;
}
