/** How two URLs that should be one differ. Clients and Logto compare them byte for byte. */
export type UrlDifference = 'slash' | 'scheme' | 'path' | 'host';

export function differenceOf(found: string, expected: string): UrlDifference | undefined {
  if (found === expected) return undefined;
  if (found === `${expected}/` || `${found}/` === expected) return 'slash';
  if (!URL.canParse(found) || !URL.canParse(expected)) return 'host';
  const [one, other] = [new URL(found), new URL(expected)];
  if (one.origin === other.origin) return 'path';
  return one.host === other.host ? 'scheme' : 'host';
}

/** The same to a person: but for a slash at the end, the scheme, capitals, or a name of this machine. */
export function isSimilar(one: string, other: string): boolean {
  const plain = (url: string) =>
    url
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/^(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/, 'localhost')
      .replace(/:(?:80|443)(?=\/|$)/, '')
      .replace(/(?<!\/)\/+$/, '');
  return plain(one) === plain(other);
}

export const isLoopback = (url: string): boolean =>
  URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

export const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
