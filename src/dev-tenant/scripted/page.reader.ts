/** A page of the tenant as a person would use it: what it is, and the form on it. */
export interface ReadPage {
  readonly kind: string;
  readonly title: string;
  readonly error?: string;
  readonly scopes: readonly string[];
  readonly action: string;
  /** Names and values of the hidden inputs. */
  readonly hidden: ReadonlyMap<string, string>;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

const unescape = (text: string) =>
  text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);

const first = (pattern: RegExp, text: string) => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : unescape(found);
};

const attribute = (tag: string, name: string) => first(new RegExp(`\\s${name}="([^"]*)"`), tag);

/** Reads our own pages, whose markup is known; it is no general HTML parser. */
export function readPage(html: string): ReadPage {
  const error = first(/role="alert"[^>]*>([^<]*)</, html);
  const hidden = [...html.matchAll(/<input\s[^>]*type="hidden"[^>]*>/g)].map(
    ([tag]) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? ''] as const,
  );
  return {
    kind: first(/<body data-page="([^"]*)"/, html) ?? '',
    title: first(/<title>([^<]*)</, html) ?? '',
    ...(error !== undefined && { error }),
    scopes: [...html.matchAll(/<li data-scope="([^"]*)"/g)].map((match) => unescape(match[1] ?? '')),
    action: first(/<form[^>]*\saction="([^"]*)"/, html) ?? '',
    hidden: new Map(hidden),
  };
}
