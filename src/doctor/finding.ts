import type { FINDINGS } from './words/codes.js';

export type FindingCode = (typeof FINDINGS)[number];

/** One thing that is wrong, or worth knowing. The words to it stand in `words/`. */
export interface Finding {
  readonly code: FindingCode;
  /** A `notice` breaks nothing for whoever is set up to live with it. */
  readonly severity: 'problem' | 'notice';
  /** What the words are filled with. Values come from outside and are cleaned when they are printed. */
  readonly details: Readonly<Record<string, string>>;
}

export const problem = (code: FindingCode, details: Finding['details'] = {}): Finding => ({
  code,
  severity: 'problem',
  details,
});

export const notice = (code: FindingCode, details: Finding['details'] = {}): Finding => ({
  code,
  severity: 'notice',
  details,
});
