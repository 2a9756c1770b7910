import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Document {
  /** Below the project's root. */
  readonly path: string;
  readonly text: string;
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Everything a reader is given to read. */
export function documents(): Document[] {
  const below = ['docs', 'src', 'examples', 'config'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  return [...readdirSync(ROOT), ...below]
    .filter((path) => path.endsWith('.md'))
    .map((path) => ({ path, text: read(path) }));
}

/** Code blocks of one language. */
export const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)]
    .filter(([, tag]) => tag === language)
    .map(([, , code = '']) => code);

const PATH =
  /(?:src|test|config|docs|examples|dist)\/[\w./-]+\.\w+|(?<![\w./-])[\w-]+\.(?:md|json|yml)(?![\w/])/g;

/** Names of files: in prose, in code, in the target of a link. */
export function pathsIn({ path, text }: Document): string[] {
  const local = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) =>
    join(dirname(path), target),
  );
  // A code block in TypeScript is a file that the reader is about to make.
  const prose = text.replaceAll(/^```ts\n[\s\S]*?^```$|https?:\/\/[^\s)`"]+/gm, '');
  return [...new Set([...local, ...prose.matchAll(PATH)].map(String))];
}

/** Compiled files are judged by their source: a fresh clone has none. A room's README may name its files from there. */
export function exists(path: string, from: string): boolean {
  const source = path.replace(/^dist\/(.*)\.js$/, '$1.ts');
  return existsSync(join(ROOT, source)) || existsSync(join(ROOT, dirname(from), source));
}

/** `npm run x`, `npm start`, `npm test`, with flags of npm between. */
export const scriptsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/npm (?:run (?:--\w+ )*([\w:]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run ?? short ?? '',
    ),
  ),
];

/** Words in capitals with an underscore, `X_*` standing for all that begin so. */
export const variablesIn = (text: string): string[] => [
  ...new Set(
    text.match(
      /\b(?:LOGTO|AUTH|MCP|DEV|PUBLIC|ALLOWED|LOG|NODE|POSTGRES|LIMIT|REDIS|DRAIN|TRUST)_[A-Z_]*\*?/g,
    ),
  ),
];

/** `GET /path`, one for each path that follows a method. */
export const endpointsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^\s`]*)`/g)].map(([, endpoint = '']) => endpoint),
  ),
];
