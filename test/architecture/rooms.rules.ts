import { posix } from 'node:path';
import { MAX_LINES, OWNED_PACKAGES, ROOMS, SEALED_PACKAGES, TOP } from './rooms.table.js';
import { type Deed, type Import, readSource, type SourceFile } from './source.reader.js';

/** Paths below `src`, with the text of each file. */
export type SourceTree = Readonly<Record<string, string>>;

/** What one room is alone in doing. dev-tenant plays other parties: a Logto, its users and their apps; doctor a client. */
const DEEDS: Readonly<Record<Deed, readonly string[]>> = {
  'reads process.env': ['config'],
  'writes WWW-Authenticate': ['auth', 'dev-tenant'],
  'calls fetch': ['logto', 'dev-tenant', 'doctor'],
};

const isTest = (path: string): boolean => path.endsWith('.spec.ts') || /(^|\/)testing\//.test(path);

/** A spec stands beside its file and may what that may. */
const subjectOf = (path: string): string => path.replace(/\.spec\.ts$/, '.ts');

/** The room of a path; empty for the files above all rooms. */
const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

/** Every way in which the tree breaks the plan of the house, one line each. */
export function faultsOf(tree: SourceTree): string[] {
  const files = Object.entries(tree).map(([path, text]) => [path, readSource(path, text)] as const);
  return [
    ...files.flatMap(([path, file]) => [
      ...placeFaults(path),
      ...sizeFaults(path, file),
      ...file.imports.flatMap((one) => importFaults(path, one)),
      ...deedFaults(path, file),
    ]),
    ...circles(new Map(files)),
  ];
}

function placeFaults(path: string): string[] {
  const room = roomOf(path);
  const known = room === '' ? subjectOf(path) in TOP : room in ROOMS;
  return known ? [] : [`${path} stands in no room`];
}

const sizeFaults = (path: string, { lines }: SourceFile): string[] =>
  lines > MAX_LINES && !path.endsWith('.spec.ts') ? [`${path} has ${lines} lines`] : [];

function deedFaults(path: string, { deeds }: SourceFile): string[] {
  if (isTest(path)) return [];
  return [...deeds].filter((deed) => !DEEDS[deed].includes(roomOf(path))).map((deed) => `${path} ${deed}`);
}

function importFaults(path: string, found: Import): string[] {
  if (found.specifier === '') return [`${path} imports something that is computed`];
  return found.specifier.startsWith('.') ? fileFaults(path, found) : packageFaults(path, found);
}

function packageFaults(path: string, { specifier, typeOnly }: Import): string[] {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const sealed = SEALED_PACKAGES[name];
  if (sealed !== undefined && sealed !== roomOf(path))
    return [`${path} imports ${name}, which belongs to ${sealed}`];
  const owner = OWNED_PACKAGES[name];
  if (owner === undefined || owner === roomOf(path) || typeOnly || isTest(path)) return [];
  return [`${path} runs ${name}, which belongs to ${owner}`];
}

function fileFaults(path: string, { specifier, typeOnly, dynamic }: Import): string[] {
  const target = targetOf(path, specifier);
  const [room, other] = [roomOf(path), roomOf(target)];
  if (target.startsWith('..')) return [`${path} imports ${specifier}, which is not in src`];
  if (room === other) {
    // A spec may look at its room's face: nobody imports a spec, so it ties no knot.
    const isOwnIndex = room !== '' && target === `${room}/index.ts` && !path.endsWith('.spec.ts');
    return isOwnIndex ? [`${path} imports the index.ts of its own room`] : [];
  }
  const arrow = `${path} imports ${other === '' ? target : other}`;
  if (!mayImport(path, other, typeOnly)) return [`${arrow}, which it may not`];
  if (target !== `${other}/index.ts`) return [`${arrow} past its index.ts: ${target}`];
  // The production image has none of what that room is made of.
  if (other === 'dev-tenant' && !dynamic && !typeOnly) return [`${arrow} at load time`];
  return [];
}

function mayImport(path: string, other: string, typeOnly: boolean): boolean {
  const room = roomOf(path);
  if (room === '') return TOP[subjectOf(path)]?.includes(other) ?? false;
  const { imports = [], typesOf = [] } = ROOMS[room] ?? {};
  return imports.includes(other) || (typeOnly && typesOf.includes(other));
}

const targetOf = (path: string, specifier: string): string =>
  posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');

/** Files that import each other in a circle. Types count: a circle of types is one knot to its reader, too. */
function circles(files: ReadonlyMap<string, SourceFile>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push(`${[...trail.slice(trail.indexOf(path)), path].join(' -> ')} is a circle`);
      return;
    }
    if (done.has(path)) return;
    for (const { specifier } of files.get(path)?.imports ?? []) {
      if (specifier.startsWith('.')) walk(targetOf(path, specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) walk(path, []);
  return found;
}
