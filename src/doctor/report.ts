import type { Diagnosis, StepResult } from './diagnosis.js';
import type { Finding } from './finding.js';
import { type Terminal, widthOf, wrap } from './terminal.js';
import { frames, type Language } from './words/frame.js';
import { shown, wordsFor } from './words/words.js';

/** The diagnosis as a document: what `--json` prints. */
export const documentOf = ({ healthy, url, issuer, steps, findings }: Diagnosis, language: Language) => ({
  healthy,
  url,
  issuer,
  steps,
  findings: findings.map((finding) => ({ ...finding, ...wordsFor(finding, language) })),
});

/** The diagnosis as a page for a person. */
export function pageOf(diagnosis: Diagnosis, language: Language, terminal: Terminal): string[] {
  const frame = frames[language];
  const { url, issuer, steps, findings, healthy } = diagnosis;
  const { paint } = terminal;
  const groups = groupsOf(findings);
  const problems = groups.filter(([first]) => first.severity === 'problem').length;
  const verdict = healthy ? frame.healthy(groups.length) : frame.ill(problems);
  return [
    paint('bold', shown(url)) + (issuer === undefined ? '' : `, ${frame.signedInAt(shown(issuer))}`),
    '',
    ...steps.map((step) => stepLine(step, language, terminal)),
    '',
    ...groups.flatMap((group, at) => [...groupLines(group, at + 1, language, terminal), '']),
    paint(healthy ? 'green' : 'red', verdict),
  ];
}

const MARKS = { ok: '✓', problem: '✗', notice: '!', skipped: '–' } as const;
const STYLES = { ok: 'green', problem: 'red', notice: 'yellow', skipped: 'dim' } as const;

function stepLine({ step, result }: StepResult, language: Language, { paint }: Terminal): string {
  const { steps, skipped } = frames[language];
  const mark = paint(STYLES[result], MARKS[result]);
  if (result !== 'skipped') return `  ${mark} ${steps[step]}`;
  return `  ${mark} ${paint('dim', `${steps[step]} (${skipped[step]})`)}`;
}

type Group = readonly [first: Finding, ...others: Finding[]];

/** What is wrong with three endpoints in the same way has one cure. */
function groupsOf(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const group = groups.get(finding.code);
    groups.set(finding.code, group ? [...group, finding] : [finding]);
  }
  return [...groups.values()];
}

function groupLines(
  [first, ...others]: Group,
  number: number,
  language: Language,
  { paint, width }: Terminal,
): string[] {
  const { why, fix, also } = frames[language];
  const words = wordsFor(first, language);
  const label = `${number}.`;
  const [head = '', ...rest] = wrap(words.what, width - label.length - 1);
  const style = first.severity === 'problem' ? 'red' : 'yellow';
  const entries: [string, string][] = [
    ...others.map((other): [string, string] => [also, wordsFor(other, language).what]),
    [why, words.why],
    [fix, words.fix],
  ];
  return [
    `${paint(style, label)} ${paint('bold', head)}`,
    ...rest.map((line) => `   ${paint('bold', line)}`),
    ...entries.flatMap(([label, text]) => {
      const [start = '', ...more] = wrap(text, width - 9);
      return [`   ${paint('dim', padded(label))} ${start}`, ...more.map((line) => `         ${line}`)];
    }),
  ];
}

/** To five columns. */
const padded = (label: string): string => label + ' '.repeat(Math.max(0, 5 - widthOf(label)));
