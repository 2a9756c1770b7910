import { isIP } from 'node:net';

/** What a redirect leads to: a program on the user's machine, a server, or an installed app. */
export type RedirectKind = 'loopback' | 'https' | 'private-use';

export interface RedirectRules {
  /** Private-use schemes that are allowed beside those in reverse domain order. */
  readonly schemes: readonly string[];
  /** Hosts that https may lead to. Empty: every host that a person can read. */
  readonly hosts: readonly string[];
}

const MAX_LENGTH = 2048;
/** RFC 3986 without the fragment's "#", and without "*", which is a wildcard to Logto. */
const URI_CHARACTERS = /^[\w\-.~:/?[\]@!$&'()+,;=%]+$/;
/** RFC 8252 section 7.3 names the addresses; the specification of MCP adds the name. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** RFC 8252 section 7.1: a domain that the author of the app holds, turned round. */
const REVERSE_DOMAIN = /^[a-z][a-z\d-]*(?:\.[a-z\d-]+)+$/;
/** A path, and not the opaque rest that `javascript:` and its like have. */
const HAS_PATH = /^[a-z][a-z\d+.-]*:\//;

/**
 * Where Logto may send a code. Logto itself takes any scheme, script included, and wildcards; its page for "Cancel" goes
 * to the redirect by `location.replace`. So this is the only check, and it is made on the characters as they were sent:
 * only a URI that is written as every parser would write it can mean one thing alone.
 * @returns undefined for one that is refused
 */
export function redirectKind(uri: string, { schemes, hosts }: RedirectRules): RedirectKind | undefined {
  if (uri.length > MAX_LENGTH || !URI_CHARACTERS.test(uri) || !HAS_PATH.test(uri)) return undefined;
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || !isCanonical(uri, url)) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const scheme = url.protocol.slice(0, -1);
  switch (scheme) {
    case 'http':
      return LOOPBACK.has(url.hostname) ? 'loopback' : undefined;
    case 'https':
      return (hosts.length === 0 && isPlainHost(url.hostname)) || hosts.includes(url.hostname)
        ? 'https'
        : undefined;
    default:
      return REVERSE_DOMAIN.test(scheme) || schemes.includes(scheme) ? 'private-use' : undefined;
  }
}

/** An address says nothing to a user, a trailing dot makes a second name of one, and punycode hides what it spells. */
const isPlainHost = (host: string): boolean =>
  isIP(host.replaceAll(/[[\]]/g, '')) === 0 && !host.endsWith('.') && !/(?:^|\.)xn--/.test(host);

/** Dot segments, capitals, default ports and odd spellings of addresses do not survive parsing. */
const isCanonical = (uri: string, { href }: URL): boolean => href === uri || href === `${uri}/`;
