import { isIP } from 'node:net';
import { z } from 'zod';
import { list, whole } from './env.values.js';

const HOST_NAME = /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/i;

/** A range of addresses by name, as Express knows them. */
const isNamedRange = (value: string) => ['loopback', 'linklocal', 'uniquelocal'].includes(value);

const isMappedIPv4 = (address: string) => new URL(`http://[${address}]`).hostname.startsWith('[::ffff:');

function isAddressRange(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  if (address.includes('%')) return false;
  // Shorter prefixes than those of the largest private ranges, 10.0.0.0/8 and fc00::/7, trust the public internet.
  const [shortest, longest] = family === 4 ? [8, 32] : [isMappedIPv4(address) ? 104 : 7, 128];
  return /^\d{1,3}$/.test(bits) && Number(bits) >= shortest && Number(bits) <= longest;
}

/** Who may say whose request it forwards: proxies by address, or their number. Never simply everybody. */
const trustedProxies = z.string().transform((value, ctx): number | readonly string[] => {
  if (/^[1-9]$/.test(value)) return Number(value);
  const proxies = value.split(/[\s,]+/).filter((item) => item !== '');
  if (proxies.length > 0 && proxies.every((item) => isNamedRange(item) || isAddressRange(item)))
    return proxies;
  ctx.addIssue(
    'must be addresses or CIDR ranges (IPv4: /8 to /32, IPv6: /7 to /128), or the number of proxies from 1 to 9',
  );
  return z.NEVER;
});

/** What concerns connections and requests before any route sees them, and their end. */
export const edgeVariables = {
  ALLOWED_HOSTS: list
    .pipe(z.array(z.string().regex(HOST_NAME, 'must be host names without scheme and port').toLowerCase()))
    .default([])
    .describe(
      "Names that may stand in the Host header beside PUBLIC_URL's, e.g. the one a proxy forwards with. localhost and IP addresses always may.",
    ),
  TRUST_PROXY: trustedProxies
    .default([])
    .describe(
      'Proxies whose X-Forwarded-For is believed: addresses or CIDR ranges, comma separated, or how many stand before us.',
    ),
  MAX_CONNECTIONS: whole(1, 1_000_000)
    .optional()
    .describe('Connections kept at once. Default: the soft limit of open files, less a reserve.'),
  MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000)
    .optional()
    .describe(
      'Of these, how many one address (IPv6: one /64) may have; a quarter of it before a caller at that address is verified. Proxies of TRUST_PROXY are not counted. Default: a quarter of all; at most 512 before a caller is verified.',
    ),
  HEADERS_TIMEOUT_SECONDS: whole(1, 300)
    .default(15)
    .describe('A connection whose headers take longer is closed.'),
  REQUEST_TIMEOUT_SECONDS: whole(1, 3600)
    .default(30)
    .describe(
      'A request that takes longer to arrive, body included, is refused with 408; an answer of which nothing is taken for as long is cut off.',
    ),
  DRAIN_DELAY_SECONDS: whole(0, 300)
    .default(1)
    .describe(
      'After SIGTERM: how long new requests are still served, so that the load balancer can notice. In Kubernetes: 5.',
    ),
  DRAIN_TIMEOUT_SECONDS: whole(0, 3600)
    .default(20)
    .describe(
      'After that: how long running calls may take. Delay, this and 8 more seconds must fit into the grace period.',
    ),
};
