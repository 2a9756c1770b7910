const REDACTED = '[redacted]';

/** Longer lines are cut before they are searched. */
export const LONGEST_LINE = 32_768;

/** What a credential looks like to somebody who does not know it. `test/architecture` holds each pattern to linear time. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{4,}/gi, `$1$2${REDACTED}`],
  [/(:\/\/)[^\s/@"'\\]+@/g, `$1${REDACTED}@`],
  [
    /(token|secret|password|authorization|api_?key|cookie)(\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)(?!bearer|basic)[^\s"'&,;}\\]{3,}/gi,
    `$1$2${REDACTED}`,
  ],
  [/([?&](?:code|state|sessionId)=)[^\s"'&\\]+/g, `$1${REDACTED}`],
  // Opaque tokens of Logto, session ids and task ids of ours: 32 random bytes, or as many letters.
  [/(?<![\w-])[\w-]{43}(?![\w-])/g, REDACTED],
];

/** Characters of a JWT and its dots. A run of them is looked at once, however often a JWT seems to begin in it. */
const RUN = /[\w.-]+/g;

/** RFC 7519: the header of every JWT begins with {", which is eyJ in base64url. */
function withoutJwt(run: string): string {
  const start = run.indexOf('eyJ');
  return start === -1 || run.indexOf('.', start + 8) === -1 ? run : run.slice(0, start) + REDACTED;
}

/** JSON leaves them as they are, and some readers take them for the end of a line or for a command. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const UNESCAPED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Takes the credentials out of a line of the log, and whatever would make two of it. */
export function redactionOf(secrets: readonly (string | undefined)[]): (line: string) => string {
  const known = secrets.flatMap((secret) =>
    secret === undefined || secret.length < 4 ? [] : [secret, JSON.stringify(secret).slice(1, -1)],
  );
  return (line) => {
    let text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...\n` : line;
    for (const secret of known) text = text.replaceAll(secret, REDACTED);
    if (text.includes('eyJ')) text = text.replace(RUN, withoutJwt);
    for (const [pattern, replacement] of PATTERNS) text = text.replace(pattern, replacement);
    return text.replace(UNESCAPED, escaped);
  };
}
