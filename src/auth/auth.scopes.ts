/**
 * The scopes that we name to clients. `offline_access` is the client's own wish, not a need of this server: naming it
 * would make every client ask the user for it (MCP 2026-07-28, Authorization).
 */
export const namedScopes = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => scope !== 'offline_access');
