import { styleText } from 'node:util';

type Style = (text: string) => string;

export interface Paint {
  readonly bold: Style;
  readonly dim: Style;
  readonly green: Style;
  readonly red: Style;
}

/** Colour for a person at a terminal who has not asked for none (https://no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, noColor: string | undefined): Paint {
  const plain = stream.isTTY !== true || (noColor !== undefined && noColor !== '');
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    (text) =>
      plain ? text : styleText(format, text);
  return { bold: style('bold'), dim: style('dim'), green: style('green'), red: style('red') };
}

/** The width of the story: the terminal's, between 60 and 100 columns. */
export const widthOf = (stream: { readonly columns?: number }): number =>
  Math.min(100, Math.max(60, stream.columns ?? 96));

/** Breaks a text at spaces. A word longer than the line, a URL mostly, keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
