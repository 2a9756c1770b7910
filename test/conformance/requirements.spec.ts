import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirementsOf } from './requirement.sets.js';

const ROOT = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

/** The last cell of every row of the tables that say what holds a requirement. */
const rows = page
  .split('\n## ')
  .slice(1)
  .flatMap((section) => section.split('\n').filter((line) => line.startsWith('| ')))
  .filter((line) => !/^\| *(requirement|-+) *\|/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return { requirement: cells[1] ?? '', heldBy: cells.slice(3).join('|') };
  });

const TEST = /`([\w./-]+\.spec\.ts)` “([^”]+)”/g;

const testsIn = (cell: string) =>
  [...cell.matchAll(TEST)].map(([, file = '', title = '']) => ({ file, title }));

const scenariosIn = (cell: string) =>
  [...cell.replaceAll(TEST, '').matchAll(/`([^`]+)`/g)].map(([, scenario = '']) => scenario);

const known = new Set(
  ['2025-11-25', '2026-07-28']
    .map(requirementsOf)
    .flatMap(({ scored, unscored }) => [...scored, ...unscored]),
);

/** Whether a file gives this very title to a test, beside the threats it names; quotes inside it may be escaped. */
function hasTitle(file: string, title: string): boolean {
  const source = readFileSync(join(ROOT, file), 'utf8')
    .replaceAll("\\'", "'")
    .replaceAll(/\[row \d+\] /g, '');
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

describe('the tables of requirements', () => {
  it('have rows', () => {
    expect(rows.length).toBeGreaterThan(50);
  });

  it.each(rows)('say what holds: $requirement', ({ heldBy }) => {
    const missing = [
      ...testsIn(heldBy).filter(({ file, title }) => !hasTitle(file, title)),
      ...scenariosIn(heldBy).filter((scenario) => !known.has(scenario)),
    ];
    expect(missing).toEqual([]);
    expect(testsIn(heldBy).length + scenariosIn(heldBy).length).toBeGreaterThan(0);
  });

  it('have a place for every scenario that the newest revision requires of HTTP', () => {
    const named = new Set(rows.flatMap(({ heldBy }) => scenariosIn(heldBy)));
    const asked = requirementsOf('2026-07-28').scored.filter((scenario) =>
      /^(server|input|http)-/.test(scenario),
    );
    expect(asked.filter((scenario) => !named.has(scenario))).toEqual([]);
  });
});
