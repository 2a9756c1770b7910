import type { FindingCode } from '../finding.js';

/** What is wrong, why clients fail on it, and the cure. `{name}` is filled in. */
export type Entry = readonly [what: string, why: string, fix: string];

export type Entries = Readonly<Record<FindingCode, Entry>>;
