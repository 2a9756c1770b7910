import { isIP, isIPv6 } from 'node:net';
import type { Refusal } from './refusal.js';

const AUTHORITY = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[a-z\d_.-]+))(?::(?<port>\d{1,5}))?$/i;

const MALFORMED: Refusal = {
  status: 400,
  error: 'invalid_request',
  description: 'The Host is missing or malformed',
};
const MISDIRECTED: Refusal = {
  status: 421,
  error: 'misdirected_request',
  description: 'This server does not answer for that host. Its operator names hosts in ALLOWED_HOSTS.',
};

/**
 * Which names a request may be addressed to. A page that has rebound its own name to our address (DNS rebinding) is
 * of the same origin as we are to the browser, and the name in `Host` is all that gives it away. An address cannot be
 * rebound, and probes use addresses, so every address passes.
 */
export class HostPolicy {
  private readonly names: ReadonlySet<string>;
  /** Nearly every request is addressed as the one before. */
  private latest: string | undefined;

  constructor(publicUrl: string, allowedHosts: readonly string[]) {
    this.names = new Set(['localhost', new URL(publicUrl).hostname, ...allowedHosts]);
  }

  /** @param authority `host[:port]`, from the header or from the request target */
  refusal(authority: string | undefined): Refusal | undefined {
    if (authority !== undefined && authority === this.latest) return undefined;
    const refusal = this.judge(authority);
    if (refusal === undefined) this.latest = authority;
    return refusal;
  }

  private judge(authority: string | undefined): Refusal | undefined {
    const { v6, name = '', port } = AUTHORITY.exec(authority ?? '')?.groups ?? {};
    if (port !== undefined && Number(port) > 65_535) return MALFORMED;
    if (v6 !== undefined) return isIPv6(v6) ? undefined : MALFORMED;
    if (name === '') return MALFORMED;
    return isIP(name) === 4 || this.names.has(name.toLowerCase()) ? undefined : MISDIRECTED;
  }
}
