import { readdirSync, readFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Not part of the production build: what it reads, a developer has sent. */
const DEVELOPMENT = 'dev-tenant/';

interface Pattern {
  readonly file: string;
  readonly text: string;
}

function patternsIn(file: string): Pattern[] {
  const tree = ts.createSourceFile(file, readFileSync(`src/${file}`, 'utf8'), ts.ScriptTarget.ES2023, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push({ file, text: node.text });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith(DEVELOPMENT),
);
const patterns = files.flatMap(patternsIn);

/** @returns `safe`, or how the time to match grows with the length of the text */
function growthOf({ text }: Pick<Pattern, 'text'>): string {
  const end = text.lastIndexOf('/');
  // The number of steps decides, never the clock.
  const result = checkSync(text.slice(1, end), text.slice(end + 1), { timeout: null, randomSeed: 0 });
  return result.status === 'vulnerable' ? result.complexity.summary : result.status;
}

describe('the time of a regular expression', () => {
  it('is checked for all of src', () => {
    expect(patterns.length).toBeGreaterThan(80);
  });

  it.each([
    { text: String.raw`/eyJ[\w-]{5,4096}\.[\w-]{1,8192}/g` },
    { text: String.raw`/\s+$/` },
    { text: String.raw`/^(a+)+$/` },
  ])('is found to grow faster than the text where it does: $text', (pattern) => {
    expect(growthOf(pattern)).toMatch(/polynomial|exponential/);
  });

  it.each(patterns)('grows no faster than the text: $text in $file', { timeout: 60_000 }, (pattern) => {
    expect(growthOf(pattern)).toBe('safe');
  });
});
