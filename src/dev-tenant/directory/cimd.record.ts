/** Client id metadata documents: whether the tenant accepts them, and what all their clients together may ask for. */
export interface CimdRecord {
  enabled: boolean;
  /** User scopes besides `openid` and `offline_access`. */
  userScopes: ReadonlySet<string>;
  /** Ids of API scopes. */
  resourceScopes: ReadonlySet<string>;
}

export const cimdRecord = (): CimdRecord => ({
  enabled: false,
  userScopes: new Set(),
  resourceScopes: new Set(),
});
