/** The parameters of a Bearer challenge (RFC 6750 §3); `undefined` when there is none. */
export function bearerParameters(header: string | undefined): ReadonlyMap<string, string> | undefined {
  const start = /(?:^|,\s*)bearer(?:\s+|$)/i.exec(header ?? '');
  if (header === undefined || start === null) return undefined;
  const rest = header.slice(start.index + start[0].length);
  // RFC 9110 §5.6: a quoted-string with escapes, or a token.
  const pairs = rest.matchAll(/(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  return new Map(
    [...pairs].map(([, name = '', quoted, bare]) => [
      name.toLowerCase(),
      quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '',
    ]),
  );
}
