/** How many connections are kept, and for whom. */
export interface ConnectionPolicy {
  /** In regular use. */
  readonly limit: number;
  /** Of these, for addresses from which verified callers come. */
  readonly kept: number;
  /** Beside these, for addresses that have few connections: a health probe, or a user at a new address. */
  readonly spare: number;
  /** Of one address from which verified callers come. */
  readonly perAddress: number;
  /** Of any other address. */
  readonly perUnverifiedAddress: number;
}

/** Where the system names no limit of open files. */
const UNKNOWN = 65_536;
const MAX_SPARE = 64;
/** What a hosted agent may open at once after a restart, before the first of its users is verified. */
const MAX_UNVERIFIED = 512;

/**
 * Divides the connections that the server may have. Some places stay free: a connection that was closed occupies its
 * place until the next turn of the event loop.
 * @param max Node's `maxConnections`
 * @param perAddress what the operator has set
 */
export function connectionPolicy(max: number = UNKNOWN, perAddress?: number): ConnectionPolicy {
  const spare = Math.min(MAX_SPARE, Math.floor(max / 16));
  const limit = Math.max(1, max - 2 * spare);
  const share = Math.ceil(Math.min(limit, perAddress ?? limit / 4));
  const unverified = Math.ceil(share / 4);
  return {
    limit,
    kept: Math.floor(limit / 4),
    spare,
    perAddress: share,
    perUnverifiedAddress: perAddress === undefined ? Math.min(MAX_UNVERIFIED, unverified) : unverified,
  };
}
