/** Stands before every name that came with a registration, where it cannot be cut off. */
export const MARK = '(unverified)';
const NAMELESS = 'Agent';
const MAX_CHARACTERS = 64;

/** Invisible, or able to turn what stands beside it round: controls, formats, private use, lone surrogates, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const MARKUP = /[<>&"'`]/g;
/** More marks on one letter than any language puts there. */
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Scripts whose letters look like Latin ones. */
const LOOKALIKES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/u;
const LATIN = /\p{Script=Latin}/u;

/**
 * The name on the consent page, where a user decides by it. Nobody has checked it, and it says so.
 * @param asked `client_name` as it was sent
 */
export function registeredName(asked = ''): string {
  const seen = asked
    .slice(0, 16 * MAX_CHARACTERS)
    .normalize('NFC')
    .replace(UNSEEN, '')
    .replace(MARKUP, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/\s+/gu, ' ');
  const name = Array.from(seen).slice(0, MAX_CHARACTERS).join('').trim();
  return `${MARK} ${name === '' || isImpersonating(name) ? NAMELESS : name}`;
}

/** Letters of two scripts in one name are there to be mistaken; Logto's own name is for Logto's own apps. */
function isImpersonating(name: string): boolean {
  const letters = name.normalize('NFKC').toLowerCase();
  if (LATIN.test(letters) && LOOKALIKES.test(letters)) return true;
  return letters
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .includes('logto');
}
