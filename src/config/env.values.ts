import { z } from 'zod';

export const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

export const list = z.string().transform((value) => value.split(/[\s,]+/).filter((item) => item !== ''));

export const whole = (min: number, max: number) => {
  const range = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
};

const isLoopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

/** An origin: scheme, host and port, nothing after. A path would end up inside `iss` and `aud`, byte for byte. */
export const origin = z.string().transform((value, ctx) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    ctx.addIssue('must be an http(s) URL without credentials');
    return z.NEVER;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    ctx.addIssue('must be an origin: scheme, host and port, without a path');
    return z.NEVER;
  }
  return url.origin;
});

/** Tokens and sign-ins cross this URL, so outside one machine it has to be TLS. */
export const publicOrigin = origin.refine(
  (value) => value.startsWith('https:') || isLoopback(new URL(value)),
  'must be https, unless the host is localhost',
);

/** Not `null`, which is the origin of every sandboxed page, and not a wildcard, which no browser sends. */
const BROWSER_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/(?:[a-z\d][a-z\d._-]*|\[[\da-f:.]+\])(?::\d+)?$/i;

/** Returns the forms in which browsers may send this origin; undefined if it is not `scheme://host[:port]`. */
function browserOriginsOf(entry: string): readonly string[] | undefined {
  const url = /:\/\/[^/?#@]+\/?$/.test(entry) && URL.canParse(entry) ? new URL(entry) : undefined;
  if (url === undefined || url.pathname.length > 1) return undefined;
  const written = url.protocol + entry.slice(url.protocol.length).replace(/\/$/, '');
  // The URL standard normalizes hosts of the web only; other schemes keep their case, or not, as their program likes.
  const forms = /^https?:$/.test(url.protocol) ? [url.origin] : [written, written.toLowerCase()];
  return forms.every((form) => BROWSER_ORIGIN.test(form)) ? forms : undefined;
}

/** Values of the `Origin` header. */
export const browserOrigins = list.transform((entries, ctx) => {
  const origins = entries.map(browserOriginsOf);
  for (const [at, forms] of origins.entries()) {
    if (forms !== undefined) continue;
    ctx.addIssue(`entry ${at + 1} must be scheme://host[:port], without a path, a wildcard or credentials`);
  }
  return [...new Set(origins.flatMap((forms) => forms ?? []))];
});
