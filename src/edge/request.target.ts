/** A request target, RFC 9112 section 3.2. */
export interface RequestTarget {
  /** Path and query; `*` for the server as a whole. */
  readonly path: string;
  /** Of the absolute form, where it counts for more than the `Host` header. */
  readonly authority?: string;
}

const ABSOLUTE = /^https?:\/\/(?<authority>[^/?#]*)(?<rest>(?:[/?].*)?)$/is;

/** @returns undefined for a form that no route can answer */
export function readTarget(method: string | undefined, target: string): RequestTarget | undefined {
  // A fragment never leaves the client; parsers disagree on whether it belongs to the path.
  if (target.includes('#')) return undefined;
  if (target.startsWith('/')) return { path: target };
  if (target === '*') return method === 'OPTIONS' ? { path: target } : undefined;
  const { authority, rest = '' } = ABSOLUTE.exec(target)?.groups ?? {};
  if (authority === undefined) return undefined;
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority };
}

/** Metadata that everybody may read, also a web page of any origin. */
export const isOpenDocument = (path: string): boolean => path.startsWith('/.well-known/');
