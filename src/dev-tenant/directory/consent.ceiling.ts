/** The most that a client may ask a user for. */
export interface ConsentCeiling {
  readonly userScopes: ReadonlySet<string>;
  /** Ids of API scopes. */
  readonly resourceScopes: ReadonlySet<string>;
}

/** Client ID Metadata Documents: whether they are taken, and one ceiling for all clients that bring one. */
export interface CimdSettings extends ConsentCeiling {
  readonly enabled: boolean;
}

/** Off, as in a fresh Logto. */
export const CIMD_OFF: CimdSettings = { enabled: false, userScopes: new Set(), resourceScopes: new Set() };
