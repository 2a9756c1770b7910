import { describe, expect, it } from 'vitest';
import { addressKey, networkKey } from './address.key.js';

describe('the key of a network', () => {
  it.each([
    ['192.0.2.1', '192.0.2.0/24'],
    ['::ffff:192.0.2.255', '192.0.2.0/24'],
    ['2001:db8:0:1::1', '2001:db8:0::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['no address', 'unknown'],
  ])('is the /24 of IPv4 and the /48 of IPv6: %s', (address, key) => {
    expect(networkKey(addressKey(address))).toBe(key);
  });
});

describe('the key of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::FFFF:255.255.255.255', '255.255.255.255'],
  ])('is an IPv4 address as a whole: %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001::1', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    // IPv4-compatible, but not mapped.
    ['::192.0.2.1', '0:0:0:0::/64'],
  ])('is the /64 of an IPv6 address, however it is written: %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([undefined, '', 'unknown', '999.1.1.1', '192.0.2.1, 192.0.2.2', ':::', 'a'.repeat(10_000)])(
    'is one for all that is no address: %s',
    (address) => {
      expect(addressKey(address)).toBe('unknown');
    },
  );
});
