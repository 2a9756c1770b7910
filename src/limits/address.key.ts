import { isIP } from 'node:net';

/**
 * What is counted as one client before anybody is known: an IPv4 address, or the /64 of an IPv6 one, of which every
 * subscriber has all addresses. Whatever is no address shares one key, and so one limit.
 */
export function addressKey(address: string | undefined): string {
  // The zone of a link-local address names an interface of ours.
  const [plain = ''] = (address ?? '').split('%', 1);
  switch (isIP(plain)) {
    case 4:
      return plain;
    case 6:
      return prefixOf(groupsOf(plain));
    default:
      return 'unknown';
  }
}

/** The network that an address key belongs to: the /24 of IPv4 and the /48 of IPv6, which one customer may have whole. */
export function networkKey(key: string): string {
  if (isIP(key) === 4) return `${key.slice(0, key.lastIndexOf('.'))}.0/24`;
  const groups = key.split(':');
  return groups.length < 4 ? key : `${groups.slice(0, 3).join(':')}::/48`;
}

/** The eight groups. URL writes every spelling of an address in one way, without a dotted tail. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = head.split(':').filter((group) => group !== '');
  const last = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last];
}

function prefixOf(groups: readonly string[]): string {
  const [a = '0', b = '0', c = '0', d = '0', e, f, high = '0', low = '0'] = groups;
  const isMapped = [a, b, c, d, e].every((group) => group === '0') && f === 'ffff';
  if (!isMapped) return `${a}:${b}:${c}:${d}::/64`;
  // RFC 4291 section 2.5.5.2: an IPv4 client, as a socket for both families sees it.
  const bits = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}
