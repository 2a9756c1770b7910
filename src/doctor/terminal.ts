import { styleText } from 'node:util';

export interface Terminal {
  readonly width: number;
  readonly paint: (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;
}

/** Colour for a person at a terminal who has not asked for none (https://no-color.org). */
export function terminalOf(
  { isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number },
  noColor = '',
): Terminal {
  const plain = isTTY !== true || noColor !== '';
  return {
    width: Math.min(100, Math.max(60, columns ?? 100)),
    paint: (style, text) => (plain ? text : styleText(style, text, { validateStream: false })),
  };
}

/** Chinese characters take two columns of a terminal and break anywhere. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const ALL_WIDE = new RegExp(WIDE, 'g');
/** None of these begins a line. */
const CLOSING = /^[，。：；、）”！？]/;

/** In columns. */
export const widthOf = (text: string): number => text.length + (text.match(ALL_WIDE)?.length ?? 0);

/** Breaks a text into lines. What is longer than a line, a URL mostly, keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  // Two closing marks may hang behind the last wide character.
  const limit = WIDE.test(text) ? width - 4 : width;
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    if (line !== '' && !CLOSING.test(piece) && widthOf(line + piece.trimEnd()) > limit) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** Words with the space behind them, wide characters one by one. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let word = '';
  for (const character of text) {
    if (WIDE.test(character)) {
      if (word !== '') pieces.push(word);
      pieces.push(character);
      word = '';
    } else {
      word += character;
      if (character !== ' ') continue;
      pieces.push(word);
      word = '';
    }
  }
  return word === '' ? pieces : [...pieces, word];
}
