import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { z } from 'zod';
import { blocksOf, ROOT } from './documents.js';

/** A file that a document tells its reader to write: the first line of its block names it. */
export interface Sample {
  /** Below the project's root. */
  readonly path: string;
  readonly text: string;
}

export const samplesIn = (text: string): Sample[] =>
  blocksOf(text, 'ts').map((block) => ({ path: /^\/\/ (\S+)\n/.exec(block)?.[1] ?? '', text: block }));

/** What the compiler says about files that are not on the disk, under the rules of this project. */
export function faultsOf(samples: readonly Sample[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['src/version.ts'] }, ts.sys, ROOT);
  const virtual = new Map(samples.map(({ path, text }) => [join(ROOT, path), text]));
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = virtual.get(name);
    return text === undefined
      ? getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target, true);
  };
  const program = ts.createProgram([...virtual.keys()], { ...options, noEmit: true }, host);
  return [...virtual.keys()]
    .flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** Samples as files, in a folder of their own where the project's rooms and libraries are what they are. */
export interface SampleFolder {
  /** Everything that a sample exports. */
  load(path: string): Promise<Readonly<Record<string, unknown>>>;
  remove(): Promise<void>;
}

export async function writeSamples(samples: readonly Sample[]): Promise<SampleFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'samples-'));
  const linked = ['node_modules', 'src/mcp', 'test/support'];
  await Promise.all(
    ['src/tools', 'test/tools'].map((name) => mkdir(join(folder, name), { recursive: true })),
  );
  await Promise.all(linked.map((name) => symlink(join(ROOT, name), join(folder, name), 'dir')));
  await Promise.all(samples.map(({ path, text }) => writeFile(join(folder, path), text)));
  return {
    load: async (path) => {
      const exported: unknown = await import(pathToFileURL(join(folder, path)).href);
      return z.record(z.string(), z.unknown()).parse({ ...Object(exported) });
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
