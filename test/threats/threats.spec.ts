import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { REASONS, SECTIONS } from './sections.js';
import { type HeldBy, heldRows } from './titles.js';

const document = fileURLToPath(new URL('../../docs/threats.md', import.meta.url));

const INTRODUCTION = `# Threats and the tests that hold them

Each row is an attack or a fault; the tests named beside it fail when the server stops answering it as it should.
This page is made from the titles of the tests: \`npx vitest run test/threats -u\` makes it anew.
`;

const rowsIn = ({ first, last }: { first: number; last: number }): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function line(row: number, held: readonly HeldBy[]): string {
  const tests = held.map(({ title, file }) => `${cell(title)} (\`${file}\`)`);
  return `| ${row} | ${tests.length > 0 ? tests.join('<br>') : `_no test:_ ${cell(REASONS[row] ?? '')}`} |`;
}

it('every row of the threat table has a test, or a stated reason why not', async () => {
  const titles = await heldRows();
  const held = new Map(titles.map(({ row }) => [row, titles.filter((one) => one.row === row)]));
  const all = SECTIONS.flatMap(rowsIn);
  const tested = all.filter((row) => held.has(row));
  const excused = all.filter((row) => !held.has(row) && REASONS[row] !== undefined);
  console.log(
    `threats: ${tested.length} of ${all.length} rows have a test, ${excused.length} a stated reason`,
  );
  expect(all.filter((row) => !held.has(row) && REASONS[row] === undefined)).toEqual([]);
  expect(
    Object.keys(REASONS)
      .map(Number)
      .filter((row) => held.has(row)),
  ).toEqual([]);
  const sections = SECTIONS.map((section) => {
    const lines = rowsIn(section).map((row) => line(row, held.get(row) ?? []));
    return [`## ${section.name}`, '', '| row | held by |', '| --- | --- |', ...lines].join('\n');
  });
  await expect([INTRODUCTION, ...sections].join('\n').concat('\n')).toMatchFileSnapshot(document);
});
