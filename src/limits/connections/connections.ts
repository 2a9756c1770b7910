import type { ConnectionPolicy } from './connection.policy.js';

/** A connection that is kept. */
export interface Connection {
  /** Undefined: a trusted proxy, behind which all clients are. */
  readonly address: string | undefined;
  readonly close: () => void;
  isVerified: boolean;
  isSpare: boolean;
}

/** An address with no more connections than this may use a spare place. */
const FEW = 3;

/**
 * The connections of the process. One address cannot have them all, nor can all addresses without verified callers
 * together. When every place is taken, an address that has few connections gets a spare place from the connection that
 * has had one for the longest time: a health probe needs it for milliseconds.
 */
export class Connections {
  private readonly held = new Map<string, number>();
  private readonly spare = new Set<Connection>();
  private regular = 0;
  private unverified = 0;

  constructor(private readonly policy: ConnectionPolicy) {}

  /**
   * @param isVerified verified callers come from this address, or it is a trusted proxy
   * @returns undefined when there is no place
   */
  open(address: string | undefined, isVerified: boolean, close: () => void): Connection | undefined {
    const { perAddress, perUnverifiedAddress, spare } = this.policy;
    const held = address === undefined ? 0 : (this.held.get(address) ?? 0);
    if (held >= (isVerified ? perAddress : perUnverifiedAddress)) return undefined;
    const isSpare = !this.hasRoom(isVerified);
    if (isSpare && (address === undefined || held > FEW || spare === 0)) return undefined;
    const connection = { address, close, isVerified, isSpare };
    if (address !== undefined) this.held.set(address, held + 1);
    if (isSpare) this.takeSpare(connection);
    else this.count(connection, 1);
    return connection;
  }

  /** A verified caller has sent a request on this connection. */
  verify(connection: Connection): void {
    if (connection.isVerified) return;
    if (connection.isSpare && !this.hasRoom(true)) return;
    if (!connection.isSpare) this.count(connection, -1);
    this.spare.delete(connection);
    connection.isVerified = true;
    connection.isSpare = false;
    this.count(connection, 1);
  }

  closed(connection: Connection): void {
    const { address } = connection;
    if (address !== undefined) {
      const left = (this.held.get(address) ?? 1) - 1;
      if (left === 0) this.held.delete(address);
      else this.held.set(address, left);
    }
    if (!connection.isSpare) this.count(connection, -1);
    this.spare.delete(connection);
  }

  private hasRoom(isVerified: boolean): boolean {
    const { limit, kept } = this.policy;
    return this.regular < limit && (isVerified || this.unverified < limit - kept);
  }

  private takeSpare(connection: Connection): void {
    const [longest] = this.spare;
    if (longest !== undefined && this.spare.size >= this.policy.spare) {
      this.spare.delete(longest);
      longest.close();
    }
    this.spare.add(connection);
  }

  private count({ isVerified }: Connection, change: 1 | -1): void {
    this.regular += change;
    if (!isVerified) this.unverified += change;
  }
}
