/** Prints a result for people: a table for each part that is a row of figures by name, and the rest as it is. */
export function printTables(result: object, title = ''): void {
  for (const [name, value] of Object.entries(result) as [string, unknown][]) {
    const path = title === '' ? name : `${title} / ${name}`;
    if (typeof value !== 'object' || value === null) process.stdout.write(`${path}: ${rounded(value)}\n`);
    else if (isTable(value)) printTable(path, value);
    else printTables(value, path);
  }
}

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((cell) => typeof cell !== 'object');

const isTable = (value: object): value is Readonly<Record<string, Row>> =>
  Object.values(value).length > 0 && Object.values(value).every(isRow);

function printTable(title: string, rows: Readonly<Record<string, Row>>): void {
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const lines = Object.entries(rows).map(([name, row]) => [
    name,
    ...columns.map((column) => rounded(row[column])),
  ]);
  const table = [['', ...columns], ...lines];
  const widths = ['', ...columns].map((_, index) =>
    Math.max(...table.map((line) => line[index]?.length ?? 0)),
  );
  const text = table.map((line) => line.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  '));
  process.stdout.write(`\n${title}\n${text.join('\n')}\n`);
}

function rounded(value: unknown): string {
  if (typeof value === 'number')
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
