/** A piece of HTML that is safe to send: built with `html` or marked with `trusted`. */
export interface Html {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** Marks markup that no request had a part in. */
export const trusted = (markup: string): Html => ({ html: markup });

type Part = string | Html | readonly Html[];

const render = (part: Part): string => {
  if (typeof part === 'string') return escapeHtml(part);
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
};

/** Template tag: every interpolated string is escaped, nested `Html` is not. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.reduce((text, chunk, index) => text + render(parts[index - 1] ?? '') + chunk),
});
