import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from './client.list.js';
import { notesOf, rowsOf, withTable } from './results.table.js';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const DOCUMENT = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

// Both files are ours, and the assertions below hold their shape.
const read = (path: string): unknown => JSON.parse(readFileSync(ROOT + path, 'utf8'));

describe('the table of clients', () => {
  it('has a row for each client of the list, in its order', () => {
    expect(rowsOf(DOCUMENT)).toEqual(CLIENTS.map(({ name }) => name));
  });

  it('is followed by what the clients need and cannot do', () => {
    expect(DOCUMENT).toContain(`\n\n${notesOf(CLIENTS)}\n\n`);
  });

  it('takes the place of the one before it', () => {
    const results = CLIENTS.map((client) => ({
      client,
      registers: true,
      signsIn: true,
      lists: true,
      calls: client.folder !== 'ai-sdk',
      expiry: 'refreshes' as const,
      restart: 'goes on' as const,
      faults: [],
    }));
    const written = withTable(DOCUMENT, results);
    expect(withTable(written, results)).toBe(written);
    expect(rowsOf(written)).toEqual(CLIENTS.map(({ name }) => name));
    expect(written.match(/\*\*no\*\*/g)).toHaveLength(1);
  });
});

describe('the folders of clients', () => {
  it('are those of the list', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(`${ROOT}${entry.name}/package.json`))
      .map(({ name }) => name);
    expect(folders.toSorted()).toEqual(CLIENTS.map(({ folder }) => folder).toSorted());
  });

  it.each(CLIENTS)('pin $name in a manifest and in a lockfile', ({ folder, name }) => {
    const { dependencies } = read(`${folder}/package.json`) as Manifest;
    const { packages } = read(`${folder}/package-lock.json`) as Lockfile;
    expect(Object.entries(dependencies).map((pair) => pair.join(' '))).toContain(name.replace(' (CLI)', ''));
    for (const [dependency, version] of Object.entries(dependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(packages[`node_modules/${dependency}`]?.version).toBe(version);
    }
  });
});
