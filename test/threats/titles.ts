import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A test that holds a row of the threat table, as its source names it. */
export interface HeldBy {
  readonly row: number;
  readonly title: string;
  readonly file: string;
}

/** Every title in the specs that names a row. */
export async function heldRows(): Promise<HeldBy[]> {
  const files = await Promise.all(['src', 'test'].map(specsIn));
  const found = await Promise.all(
    files.flat().map(async (path) => {
      const source = await readFile(path, 'utf8');
      return literalsOf(source).flatMap((text) => rowsOf(text, relative(root, path)));
    }),
  );
  return found
    .flat()
    .toSorted((a, b) => a.row - b.row || a.file.localeCompare(b.file) || a.title.localeCompare(b.title));
}

/** The string literals of a source. */
function literalsOf(source: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.push(node.text);
    else if (ts.isTemplateExpression(node)) literals.push(node.getText().slice(1, -1));
    node.forEachChild(visit);
  };
  ts.createSourceFile('spec.ts', source, ts.ScriptTarget.Latest, true).forEachChild(visit);
  return literals;
}

function rowsOf(text: string, file: string): HeldBy[] {
  const title = text
    .replace(/\[row \d+\]\s*/g, '')
    .replace(/\\(.)/g, '$1')
    .trim();
  return [...text.matchAll(/\[row (\d+)\]/g)].map(([, row]) => ({ row: Number(row), title, file }));
}

async function specsIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.spec.ts') && !entry.parentPath.endsWith('threats'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}
