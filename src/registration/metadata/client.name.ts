/** Stands before every name that came with a registration, where it cannot be cut off. */
export const MARK = '(unverified)';
const NAMELESS = 'Agent';
const MAX_CHARACTERS = 64;

/** Invisible, or able to turn what stands beside it round: controls, formats, private use, lone surrogates, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const MARKUP = /[<>&"'`]/g;
/** Pictures and signs: a check mark beside a name reads as a verification. ASCII has none. */
const SIGNS = /[^\p{L}\p{M}\p{N}\p{P}\p{Zs}\x20-\x7e]/gu;
/** More marks on one letter than any language puts there. */
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Words that claim what nobody has checked, in the languages of the consent page. */
const CLAIMS =
  /(?<!\p{L})(?:verified|official|certified|trusted|approved|authenticated|verifiziert|offiziell|vérifié|officiel|verificado|oficial|verificato|ufficiale)(?!\p{L})|已验证|已驗證|已认证|官方|認証済み|公式|공식/giu;
const EMPTY_BRACKETS = /[([{]\s*[)\]}]/g;

/** Decorative Latin letters that Unicode does not normalise to ASCII, and the letters that they look like. */
const DECORATIVE = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢıɑɡɩǀ';
const PLAIN = 'abcdefghijklmnopqrstuvwyziagil';
const PLAIN_LETTER: ReadonlyMap<string, string> = new Map(
  Array.from(DECORATIVE, (letter, index) => [letter, PLAIN[index] ?? letter]),
);

/** Sets of scripts that one name may use. Unicode Technical Standard 39, "highly restrictive". */
const SCRIPTS: readonly RegExp[] = [
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}]*$/u,
  ...[
    'Cyrillic',
    'Greek',
    'Armenian',
    'Georgian',
    'Hebrew',
    'Arabic',
    'Devanagari',
    'Bengali',
    'Tamil',
    'Telugu',
    'Thai',
  ].map((script) => new RegExp(`^\\p{Script=${script}}*$`, 'u')),
];

/**
 * The name on the consent page, where a user decides by it. Nobody has checked it, and it says so.
 * @param asked `client_name` as it was sent
 */
export function registeredName(asked = ''): string {
  const seen = Array.from(
    asked
      .slice(0, 16 * MAX_CHARACTERS)
      .replace(SIGNS, '')
      .normalize('NFKC'),
    (one) => PLAIN_LETTER.get(one) ?? one,
  )
    .join('')
    .replace(UNSEEN, '')
    .replace(MARKUP, '')
    .replace(STACKED_MARKS, '$1')
    .replace(CLAIMS, '')
    .replace(EMPTY_BRACKETS, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const name = Array.from(seen).slice(0, MAX_CHARACTERS).join('').trim();
  const isUsable = /[\p{L}\p{N}]/u.test(name) && isOfOneScript(name) && !isImpersonating(name);
  return `${MARK} ${isUsable ? name : NAMELESS}`;
}

/** Letters of several scripts in one name are there to be mistaken. */
function isOfOneScript(name: string): boolean {
  const letters = name.replace(/[^\p{L}]|\p{Script=Common}/gu, '');
  return SCRIPTS.some((scripts) => scripts.test(letters));
}

/** Logto's own name is for Logto's own apps, also when it is written with characters that look the same. */
function isImpersonating(name: string): boolean {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('|', 'l')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('0', 'o')
    .replaceAll(/[1i]/g, 'l')
    .replaceAll('9', 'g')
    .includes('logto');
}
